-- The statements of vics.sql make `said` and `alternative`; here each hash is a row of a list.

-- name: listed
SELECT CAST(s.n + $first AS BIGINT) AS n, h.kind, h.value, CAST(NULL AS BIGINT) AS quality, s.category
FROM (SELECT s.*, row_number() OVER (ORDER BY "offset") - 1 AS n FROM said s) s
JOIN (
    SELECT "offset", 'md5' AS kind, md5_raw AS value FROM said
    UNION ALL SELECT "offset", 'sha1', sha1_raw FROM said
    UNION ALL SELECT "offset", 'sha256', sha256_said FROM said
    UNION ALL SELECT "offset", 'pdq', value FROM alternative WHERE name LIKE 'pdq%'
) h ON h."offset" = s."offset"
WHERE h.value <> ''
ORDER BY n, h.kind, h.value
