-- Statements of the step `series`: what is the same thing again, and what a person graded.

-- name: series_hash
SELECT media, 'md5:' || lower(md5) AS value, obs FROM media WHERE media IS NOT NULL AND md5 IS NOT NULL
UNION ALL
SELECT media, 'sha1:' || lower(sha1) AS value, obs FROM media WHERE media IS NOT NULL AND sha1 IS NOT NULL
UNION ALL
SELECT media, 'sha256:' || lower(sha256) AS value, obs FROM media WHERE media IS NOT NULL AND sha256 IS NOT NULL

-- name: series_same
-- Equal content: every medium and the first one that has a hash in common with it.
SELECT DISTINCT h.media AS a, f.first AS b
FROM series_hash AS h
JOIN (SELECT value, min(media) AS first FROM series_hash GROUP BY value) AS f ON f.value = h.value

-- name: series_frame
SELECT f.media, f.at_s, f.pdq, f.quality, f.obs
FROM fingerprint AS f
WHERE f.media IS NOT NULL AND f.pdq IS NOT NULL AND (f.quality IS NULL OR f.quality >= ${quality})
ORDER BY f.obs

-- name: series_used
SELECT media, account, "at", obs FROM share WHERE media IS NOT NULL
UNION ALL
SELECT media, account, "at", obs FROM message WHERE media IS NOT NULL

-- name: media_series
-- A series is named by the least key of its media; a medium alone is a series of one.
SELECT media, series FROM series_found

-- name: media_grade
-- A category that came with the medium from a list (is_precategorized) is no person's grade.
SELECT g.media, s.series, g.exhibit, c.agency, g.category, coalesce(c.opinion, 'unmapped') AS opinion, g.obs
FROM (
  SELECT m.media, m.exhibit, min(r.value) AS category, min(m.obs) AS obs
  FROM media AS m
  JOIN remark AS r ON r.exhibit = m.exhibit AND r.locator = m.locator AND r.key = 'category'
  LEFT JOIN remark AS p ON p.exhibit = m.exhibit AND p.locator = m.locator AND p.key = 'is_precategorized'
                       AND lower(p.value) IN ('true', '1')
  WHERE p.obs IS NULL AND m.platform = 'vics'
  GROUP BY m.media, m.exhibit, m.locator
) AS g
JOIN series_found AS s ON s.media = g.media
LEFT JOIN series_scale AS c ON c.exhibit = g.exhibit AND c.category = lower(trim(g.category))

-- name: series_opinion
-- What persons say of media, each with where it was said: nothing that is only near is among it.
SELECT media, 'examiner' AS source, coalesce(agency, '') AS agency, opinion, obs FROM media_grade
UNION ALL
SELECT media, 'package' AS source, coalesce(agency, '') AS agency, opinion, CAST(NULL AS BIGINT) AS obs
FROM received_grade
UNION ALL
SELECT media, 'list' AS source, agency, opinion, obs FROM media_match
WHERE kind = 'exact' AND NOT quarantined AND agency <> ''

-- name: series_content
-- Media of equal content, and those that nothing but a grade speaks of.
SELECT media, content FROM series_equal
UNION
SELECT o.media, o.media AS content
FROM series_opinion AS o
LEFT JOIN series_equal AS e ON e.media = o.media
WHERE e.media IS NULL

-- name: media_graded
-- A grade holds for every medium of the same content, and for no other.
SELECT a.media, o.source, o.agency, o.opinion, min(o.obs) AS obs
FROM series_opinion AS o
JOIN series_content AS c ON c.media = o.media
JOIN series_content AS a ON a.content = c.content
WHERE o.opinion IN (${telling})
GROUP BY a.media, o.source, o.agency, o.opinion

-- name: series_account
SELECT s.series, u.account, min(u."at") AS first_at, min(u.obs) AS obs
FROM series_used AS u
JOIN series_found AS s ON s.media = u.media
WHERE u.account IS NOT NULL
GROUP BY s.series, u.account

-- name: series_reach
SELECT series, count(*) AS accounts, min(first_at) AS first_at FROM series_account GROUP BY series

-- name: series_country
SELECT a.series, count(DISTINCT o.country) AS countries
FROM series_account AS a
JOIN identity_account AS i ON i.account = a.account
JOIN identity_origin AS o ON o.identity = i.identity
WHERE NOT o.undetermined AND o.country IS NOT NULL
GROUP BY a.series

-- name: series_graded
SELECT series, count(DISTINCT agency || ':' || opinion) AS grades,
       count(CASE WHEN opinion IN (${illegal}) THEN 1 END) AS illegal,
       count(CASE WHEN opinion = 'harmless' THEN 1 END) AS harmless
FROM media_grade GROUP BY series

-- name: series_state
SELECT s.series, count(*) AS media, count(t.media) AS compared,
       count(CASE WHEN t.state = 'known' THEN 1 END) AS known, count(CASE WHEN t.state = 'near' THEN 1 END) AS near
FROM series_found AS s
LEFT JOIN media_state AS t ON t.media = s.media
GROUP BY s.series

-- name: series
-- State: known or near if one of its media is; unseen if all that could be compared were not found; NULL, not compared.
SELECT s.series, s.media, coalesce(r.accounts, 0) AS accounts, coalesce(c.countries, 0) AS countries, r.first_at,
       CASE WHEN s.known > 0 THEN 'known' WHEN s.near > 0 THEN 'near' WHEN s.compared > 0 THEN 'unseen' END AS state,
       CASE WHEN g.series IS NULL THEN NULL WHEN g.illegal > 0 AND g.harmless > 0 THEN 'disputed'
            WHEN g.illegal > 0 THEN 'illegal' WHEN g.harmless > 0 THEN 'harmless' ELSE 'unmapped' END AS graded,
       coalesce(f.flags, 0) AS flags
FROM series_state AS s
LEFT JOIN series_reach AS r ON r.series = s.series
LEFT JOIN series_country AS c ON c.series = s.series
LEFT JOIN series_graded AS g ON g.series = s.series
LEFT JOIN (
  SELECT a.series, count(DISTINCT a.account) AS flags
  FROM series_account AS a JOIN series_flagged AS x ON x.account = a.account GROUP BY a.series
) AS f ON f.series = s.series

-- name: series_counted
SELECT count(CASE WHEN media > 1 THEN 1 END) AS series, count(*) AS different_media,
       count(CASE WHEN state = 'unseen' THEN 1 END) AS unseen, count(graded) AS graded
FROM series
