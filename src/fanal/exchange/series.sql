-- Statements for series of media in packages: what the accounts that leave used, by digests and a person's grades.

-- name: used_series
-- Which account of a package used which medium of which series; who else used it stays.
SELECT DISTINCT s.to_country, s.identity, m.series, u.media
FROM (
    SELECT account, media FROM share WHERE media IS NOT NULL
    UNION
    SELECT account, media FROM message WHERE media IS NOT NULL
) AS u
JOIN included_account AS s ON s.account = u.account
JOIN media_series AS m ON m.media = u.media

-- name: told_series_grade
-- A withheld exhibit's grades stay; so does what hash lists say, which is nobody's grade.
SELECT g.series, g.agency, g.category, g.opinion, count(DISTINCT g.media) AS media
FROM media_grade AS g
LEFT JOIN exhibit_told AS o ON o.exhibit = g.exhibit
WHERE NOT coalesce(o.withheld, FALSE)
GROUP BY g.series, g.agency, g.category, g.opinion

-- name: told_series
SELECT
    t.series, ${id} AS id, t.media, t.accounts, t.countries, t.first_at,
    CASE
        WHEN g.series IS NULL THEN NULL
        WHEN g.illegal AND g.harmless THEN 'disputed'
        WHEN g.illegal THEN 'illegal'
        WHEN g.harmless THEN 'harmless'
        ELSE 'unmapped'
    END AS graded
FROM series AS t
LEFT JOIN (
    SELECT series, bool_or(opinion IN (${illegal})) AS illegal, bool_or(opinion = 'harmless') AS harmless
    FROM told_series_grade GROUP BY series
) AS g ON g.series = t.series
WHERE t.media > 1 OR t.accounts > 1 OR g.series IS NOT NULL

-- name: sent_series
SELECT
    u.to_country, t.id AS series, t.media,
    CAST(u.media_here AS BIGINT) AS media_here,
    t.first_at,
    CAST(greatest(t.countries - 1, 0) AS BIGINT) AS other_countries,
    CASE WHEN t.countries > 1 THEN 'other countries too' ELSE 'this country alone' END AS used_in,
    t.graded
FROM (
    SELECT to_country, series, count(DISTINCT media) AS media_here FROM used_series GROUP BY to_country, series
) AS u
JOIN told_series AS t ON t.series = u.series

-- name: sent_series_media
SELECT DISTINCT u.to_country, t.id AS series, u.media, h.md5, h.sha1, h.sha256
FROM used_series AS u
JOIN told_series AS t ON t.series = u.series
LEFT JOIN (
    SELECT media, max(lower(md5)) AS md5, max(lower(sha1)) AS sha1, max(lower(sha256)) AS sha256
    FROM media GROUP BY media
) AS h ON h.media = u.media

-- name: sent_series_grade
SELECT u.to_country, t.id AS series, g.agency, g.category, g.opinion, CAST(g.media AS BIGINT) AS media
FROM (SELECT DISTINCT to_country, series FROM used_series) AS u
JOIN told_series AS t ON t.series = u.series
JOIN told_series_grade AS g ON g.series = u.series

-- name: sent_identity_series
SELECT u.to_country, u.identity, t.id AS series, CAST(count(DISTINCT u.media) AS BIGINT) AS media
FROM used_series AS u
JOIN told_series AS t ON t.series = u.series
GROUP BY u.to_country, u.identity, t.id
