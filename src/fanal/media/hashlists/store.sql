-- How a received list's rows become the files of a version. DuckDB alone runs these; lists lie in the node.

-- name: good
SELECT DISTINCT n, kind, value, quality, category
FROM (SELECT n, kind, lower(trim(value)) AS value, quality, nullif(trim(category), '') AS category FROM raw) AS r
WHERE length(value) = CASE kind ${kinds} END AND regexp_full_match(value, '[0-9a-f]+')

-- name: rejected
SELECT count(*) AS n FROM raw
WHERE trim(value) <> '' AND NOT (length(trim(value)) = CASE kind ${kinds} END AND regexp_full_match(lower(trim(value)), '[0-9a-f]+'))

-- name: named
-- An entry is known by the first of its hashes: md5 before sha1 before sha256 before the least perceptual one.
SELECT g.*, i.entry
FROM good AS g
JOIN (SELECT n, substr(sha256($key || min(kind || ':' || value)), 1, 16) AS entry
      FROM (SELECT n, CASE kind WHEN 'md5' THEN '1' WHEN 'sha1' THEN '2' WHEN 'sha256' THEN '3' ELSE '4' END AS kind, value
            FROM good) AS k
      GROUP BY n) AS i ON i.n = g.n

-- name: counted
SELECT kind, count(DISTINCT value) AS n FROM named GROUP BY kind ORDER BY kind

-- name: entries
-- Two opinions of one entry within one source: it calls the entry disputed.
SELECT e.entry, e.category, e.opinion, CAST(coalesce(p.prints, 0) AS INTEGER) AS prints
FROM (
    SELECT n.entry, min(n.category) AS category,
           CASE WHEN count(DISTINCT coalesce(o.opinion, $otherwise)) > 1 THEN 'disputed'
                ELSE min(coalesce(o.opinion, $otherwise)) END AS opinion
    FROM named AS n LEFT JOIN opinion AS o ON o.category = lower(n.category)
    GROUP BY n.entry
) AS e
LEFT JOIN (SELECT entry, count(DISTINCT value) AS prints FROM named WHERE kind = 'pdq' GROUP BY entry) AS p ON p.entry = e.entry
ORDER BY e.entry

-- name: hashes
SELECT DISTINCT entry, kind, value FROM named WHERE kind <> 'pdq' ORDER BY kind, value, entry

-- name: prints
SELECT entry, unhex(value) AS pdq, CAST(max(quality) AS INTEGER) AS quality
FROM named WHERE kind = 'pdq' GROUP BY entry, value ORDER BY pdq, entry
