-- One page of the list of series, and one series. Not part of any step. No hash of a list is among it.

-- name: series_use
-- Who put up, sent or looked at a medium of a series.
SELECT s.series, u.media, u.account, u."at", u.action
FROM (
  SELECT media, account, "at", action FROM share WHERE media IS NOT NULL
  UNION ALL
  SELECT media, account, "at", 'message' AS action FROM message WHERE media IS NOT NULL
) AS u
JOIN media_series AS s ON s.media = u.media
WHERE u.account IS NOT NULL

-- name: series_word
-- What officers decided, on the series that each named medium belongs to now; the latest holds.
SELECT s.series, arg_max(w.verdict, w.place) AS verdict
FROM told_word AS w
JOIN media_series AS s ON s.media = w.media
GROUP BY s.series

-- name: page_series
-- Unseen and graded by nobody first, in the order of the queue; then the others alike.
SELECT s.series, s.media, s.accounts, s.countries, s.first_at, s.state, s.graded, s.flags,
       row_number() OVER (
         ORDER BY CASE WHEN s.state = 'unseen' AND s.graded IS NULL THEN 0 ELSE 1 END, s.flags DESC, s.accounts DESC,
                  s.first_at DESC NULLS LAST, s.series
       ) AS place
FROM series AS s
ORDER BY place

-- name: series_ordered
SELECT s.*, CASE WHEN w.verdict IS NULL OR w.verdict = 'release' THEN 'waiting' ELSE w.verdict END AS decided
FROM page_series AS s
LEFT JOIN series_word AS w ON w.series = s.series

-- name: series_chosen
SELECT o.*
FROM series_ordered AS o
WHERE ($after = '' OR o.place > coalesce((SELECT place FROM series_ordered WHERE series = $after), 0))
  AND ($series = '' OR o.series = $series)
  AND ($state = '' OR coalesce(o.state, 'not_compared') = $state)
  AND ($graded = '' OR coalesce(o.graded, 'ungraded') = $graded)
  AND ($decided = '' OR o.decided = $decided)
  AND (NOT $several OR o.media > 1)
  AND ($country = '' OR o.series IN (
    SELECT u.series
    FROM series_use AS u
    JOIN identity_account AS i ON i.account = u.account
    JOIN identity_origin AS p ON p.identity = i.identity
    WHERE p.country = $country AND NOT p.undetermined
  ))
  AND ($listed = '' OR o.series IN (
    SELECT s.series FROM media_match AS m JOIN media_series AS s ON s.media = m.media
    WHERE m.list = $listed AND NOT m.quarantined
  ))
ORDER BY o.place
LIMIT $size

-- name: page_use
SELECT u.series, count(*) AS uses, max(u."at") AS last_at
FROM series_use AS u
WHERE u.series IN (SELECT series FROM series_chosen)
GROUP BY u.series

-- name: page_place
SELECT u.series, p.country, count(DISTINCT i.identity) AS identities
FROM series_use AS u
JOIN identity_account AS i ON i.account = u.account
JOIN identity_origin AS p ON p.identity = i.identity
WHERE u.series IN (SELECT series FROM series_chosen) AND NOT p.undetermined AND p.country IS NOT NULL
GROUP BY u.series, p.country
ORDER BY identities DESC, p.country

-- name: page_who
-- The accounts with the most uses first; no more of each series than a line can show.
SELECT series, account, identity
FROM (
  SELECT u.series, u.account, min(i.identity) AS identity,
         row_number() OVER (PARTITION BY u.series ORDER BY count(*) DESC, u.account) AS n
  FROM series_use AS u
  LEFT JOIN identity_account AS i ON i.account = u.account
  WHERE u.series IN (SELECT series FROM series_chosen)
  GROUP BY u.series, u.account
) AS counted
WHERE n <= $shown
ORDER BY series, n

-- name: page_list
SELECT DISTINCT s.series, m.list, m.kind
FROM media_match AS m
JOIN media_series AS s ON s.media = m.media
WHERE s.series IN (SELECT series FROM series_chosen) AND NOT m.quarantined
ORDER BY s.series, m.list, m.kind

-- name: page_grade
SELECT s.series, g.source, g.agency, g.opinion, count(*) AS media
FROM media_graded AS g
JOIN media_series AS s ON s.media = g.media
WHERE s.series IN (SELECT series FROM series_chosen)
GROUP BY s.series, g.source, g.agency, g.opinion
ORDER BY s.series, g.source, g.agency, g.opinion

-- name: facet_country
SELECT DISTINCT country AS name FROM identity_origin WHERE NOT undetermined AND country IS NOT NULL ORDER BY name

-- name: facet_list
SELECT DISTINCT list AS name FROM media_match WHERE NOT quarantined ORDER BY name

-- name: alone
-- Media without digest and fingerprint: nothing can be told of them.
SELECT count(DISTINCT m.media) AS n FROM media AS m LEFT JOIN media_series AS s ON s.media = m.media WHERE s.media IS NULL

-- name: waits
-- What no list has, nobody graded and no officer has sent or held.
SELECT count(CASE WHEN decided = 'waiting' AND state = 'unseen' THEN 1 END) AS unseen,
       count(CASE WHEN decided = 'send' THEN 1 END) AS sent
FROM series_ordered WHERE graded IS NULL

-- name: one_series
SELECT DISTINCT series FROM media_series WHERE media = $media

-- name: one_media
SELECT d.media, m.mime, m.bytes, m.duration_s, m.width, m.height, m.status, m.md5, m.sha1, m.sha256, m.exhibit,
       m.locator, m.obs, t.state, coalesce(f.frames, 0) AS frames
FROM (
  SELECT media FROM media_series WHERE series = $series AND ($after = '' OR media > $after) ORDER BY media LIMIT $size
) AS d
LEFT JOIN media AS m ON m.media = d.media
LEFT JOIN media_state AS t ON t.media = d.media
LEFT JOIN (SELECT media, count(*) AS frames FROM fingerprint GROUP BY media) AS f ON f.media = d.media
ORDER BY d.media, m.obs

-- name: one_match
SELECT m.media, m.list, m.version, m.agency, m.kind, m.what, m.distance, m.radius, m.share, m.quality, m.least_quality,
       m.opinion, m.quarantined
FROM media_match AS m
JOIN media_series AS s ON s.media = m.media
WHERE s.series = $series
ORDER BY m.media, m.list, m.kind, m.entry
LIMIT $size

-- name: one_grade
SELECT g.media, g.source, g.agency, g.opinion, g.obs
FROM media_graded AS g
JOIN media_series AS s ON s.media = g.media
WHERE s.series = $series
ORDER BY g.media, g.source, g.agency, g.opinion
LIMIT $size

-- name: one_account
SELECT u.account, i.identity, p.country, p.undetermined, count(*) AS uses, min(u."at") AS first_at, max(u."at") AS last_at,
       string_agg(DISTINCT u.action, ' ' ORDER BY u.action) AS actions
FROM series_use AS u
LEFT JOIN identity_account AS i ON i.account = u.account
LEFT JOIN identity_origin AS p ON p.identity = i.identity
WHERE u.series = $series AND ($after = '' OR u.account > $after)
GROUP BY u.account, i.identity, p.country, p.undetermined
ORDER BY u.account
LIMIT $size
