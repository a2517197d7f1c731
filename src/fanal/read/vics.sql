-- name: bad
-- Elements that are no JSON objects.
SELECT 'byte:' || "offset" AS locator, CAST(NULL AS VARCHAR) AS column, $$reason AS reason, '' AS excerpt
FROM raw WHERE NOT json_valid(element) OR json_type(element) <> 'OBJECT' ORDER BY "offset"

-- name: told
-- Each medium with its fields as text, hashes in lower case.
SELECT "offset", element, ${fields}
FROM (
    SELECT "offset", element, json_extract_string(element, ${paths}) AS f
    FROM raw WHERE json_valid(element) AND json_type(element) = 'OBJECT'
)

-- name: alternative
-- Further hashes; PhotoDNA is left where it is.
SELECT "offset", n, lower(trim(hash ->> '$$.HashName')) AS name, lower(trim(hash ->> '$$.HashValue')) AS value
FROM (
    SELECT "offset", unnest(range(1, len(hashes) + 1)) AS n, unnest(hashes) AS hash
    FROM (
        SELECT "offset", from_json(json_extract(element, '$$.AlternativeHashes'), '["JSON"]') AS hashes
        FROM told WHERE contains(element, '"AlternativeHashes"') AND json_type(element, '$$.AlternativeHashes') = 'ARRAY'
    )
) WHERE json_type(hash) = 'OBJECT' AND lower(trim(hash ->> '$$.HashName')) NOT LIKE '%photodna%'

-- name: said
SELECT t.*, coalesce(
           'vics:' || md5, 'vics:' || sha1, 'vics:' || sha256,
           ${exhibit_prefix} || coalesce(media_id, 'byte' || t."offset")) AS media
FROM (
    SELECT t.*,
           CASE WHEN regexp_full_match(md5_said, '[0-9a-f]{32}') THEN md5_said END AS md5,
           CASE WHEN regexp_full_match(sha1_said, '[0-9a-f]{40}') THEN sha1_said END AS sha1,
           CASE WHEN regexp_full_match(sha256_said, '[0-9a-f]{64}') THEN sha256_said END AS sha256
    FROM (
        SELECT t.*, lower(trim(t.md5_raw)) AS md5_said, lower(trim(t.sha1_raw)) AS sha1_said,
               coalesce(lower(trim(t.sha256_raw)), a.sha256) AS sha256_said
        FROM told t LEFT JOIN (
            SELECT "offset", min(value) AS sha256 FROM alternative WHERE name IN ('sha256', 'sha-256', 'sha2-256') GROUP BY "offset"
        ) a ON a."offset" = t."offset"
    ) t
) t

-- name: media
SELECT 'byte:' || "offset" AS locator, media, 'vics' AS platform, media_id AS native_id, md5, sha1, sha256,
       nullif(mime, '') AS mime, bytes
FROM said ORDER BY "offset"

-- name: fingerprint
SELECT 'byte:' || a."offset" AS locator, s.media, unhex(a.value) AS pdq, 'plain' AS variant
FROM alternative a JOIN said s ON s."offset" = a."offset"
WHERE a.name LIKE 'pdq%' AND regexp_full_match(a.value, '[0-9a-f]{64}') ORDER BY a."offset", a.n

-- name: bad_hash
-- Hashes that are none: their cells stay empty.
SELECT 'byte:' || "offset" AS locator, "column", $$reason AS reason, substr(said, 1, 80) AS excerpt
FROM (
    SELECT "offset", 0 AS n, unnest(['md5', 'sha1', 'sha256']) AS "column", unnest([md5_said, sha1_said, sha256_said]) AS said,
           unnest([md5, sha1, sha256]) AS kept FROM said
    UNION ALL
    SELECT "offset", n, 'pdq', value, CASE WHEN regexp_full_match(value, '[0-9a-f]{64}') THEN value END
    FROM alternative WHERE name LIKE 'pdq%'
) WHERE said <> '' AND kept IS NULL ORDER BY "offset", n, "column"

-- name: remark
SELECT 'byte:' || "offset" AS locator, key, value
FROM (
    SELECT "offset", 0 AS part, unnest(range(1, len(said) + 1)) AS n, unnest(said).key AS key, unnest(said).value AS value
    FROM (
        SELECT "offset", [
            {'key': 'category', 'value': category},
            {'key': 'category_context', 'value': CASE WHEN category <> '' THEN $$context END},
            {'key': 'series', 'value': series},
            {'key': 'tags', 'value': tags},
            {'key': 'victim_identified', 'value': victim_identified},
            {'key': 'offender_identified', 'value': offender_identified},
            {'key': 'is_distributed', 'value': is_distributed},
            {'key': 'is_suspected', 'value': is_suspected},
            {'key': 'self_generated', 'value': self_generated},
            {'key': 'is_precategorized', 'value': is_precategorized},
            {'key': 'precategorized_by', 'value': precategorized_by},
            {'key': 'updated', 'value': updated}
        ] AS said FROM said
    )
    UNION ALL
    SELECT "offset", 1, n * 8 + k, key, value
    FROM (
        SELECT "offset", n, unnest([1, 2, 3, 4, 5]) AS k, unnest(['file', 'created', 'written', 'accessed', 'deleted']) AS key,
               unnest([
                   CASE WHEN coalesce(f[2], '') = '' OR ends_with(f[1], f[2]) THEN f[1]
                        WHEN coalesce(f[1], '') = '' THEN f[2] ELSE rtrim(f[1], '\/') || '/' || f[2] END,
                   f[3], f[4], f[5], CASE WHEN lower(f[6]) IN ('true', '1') THEN 'unallocated' END]) AS value
        FROM (
            SELECT "offset", n, json_extract_string(piece, ['$$.FilePath', '$$.FileName', '$$.Created', '$$.Written', '$$.Accessed',
                                                           '$$.Unallocated']) AS f
            FROM (
                SELECT "offset", unnest(range(1, len(pieces) + 1)) AS n, unnest(pieces) AS piece
                FROM (
                    SELECT "offset", from_json(json_extract(element, '$$.MediaFiles'), '["JSON"]') AS pieces
                    FROM told WHERE contains(element, '"MediaFiles"') AND json_type(element, '$$.MediaFiles') = 'ARRAY'
                )
            ) WHERE json_type(piece) = 'OBJECT'
        )
    )
    UNION ALL
    SELECT "offset", 2, n, 'exif', (piece ->> '$$.PropertyName') || ': ' || (piece ->> '$$.PropertyValue')
    FROM (
        SELECT "offset", unnest(range(1, len(pieces) + 1)) AS n, unnest(pieces) AS piece
        FROM (
            SELECT "offset", from_json(json_extract(element, '$$.Exifs'), '["JSON"]') AS pieces
            FROM told WHERE contains(element, '"Exifs"') AND json_type(element, '$$.Exifs') = 'ARRAY'
        )
    ) WHERE json_type(piece) = 'OBJECT' AND length(piece ->> '$$.PropertyValue') <= ${longest_exif}
) WHERE value <> '' ORDER BY "offset", part, n

-- name: figures
SELECT count(*) FILTER (category <> '') AS graded, count(*) FILTER (comments <> '') AS comments,
       count(*) FILTER (photodna <> '' OR contains(element, '"PhotoDNA"')) AS photodna, count(*) FILTER (miniature <> '') AS miniatures
FROM said

-- name: categories
SELECT category, count(*) AS n FROM said WHERE category <> '' GROUP BY category
