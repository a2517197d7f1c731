-- What is shown of media. No hash is among it.

-- name: matches
SELECT media, list, entry, kind, distance, share, version, agency, what, share_of_entry, quality, radius, least_quality,
       category, opinion, quarantined
FROM media_match ORDER BY media, list, entry

-- name: series
SELECT series, media, accounts, countries, first_at, state, graded, flags
FROM series WHERE media > 1 ORDER BY media DESC, series

-- name: unseen
-- What no list has and nobody graded: flagged by tips and officers first, then by how many accounts, then the newest.
SELECT series, media, accounts, countries, first_at, flags
FROM series WHERE state = 'unseen' AND graded IS NULL
ORDER BY flags DESC, accounts DESC, first_at DESC NULLS LAST, series

-- name: figures
SELECT count(DISTINCT m.media) AS media, count(DISTINCT CASE WHEN t.state = 'known' THEN m.media END) AS known,
       count(DISTINCT CASE WHEN t.state = 'near' THEN m.media END) AS near,
       count(DISTINCT CASE WHEN t.state = 'unseen' THEN m.media END) AS unseen, count(DISTINCT t.media) AS compared,
       (SELECT count(*) FROM series WHERE media > 1) AS series
FROM media AS m LEFT JOIN media_state AS t ON t.media = m.media

-- name: by_list
SELECT list, count(DISTINCT media) AS n FROM media_match WHERE NOT quarantined GROUP BY list ORDER BY list

-- name: uploads
SELECT count(*) AS uploads, min("at") AS first_at, max("at") AS last_at
FROM share
WHERE action = 'upload' AND "at" >= coalesce(CAST($since AS TIMESTAMP), "at")
  AND "at" < coalesce(CAST($until AS TIMESTAMP), "at" + to_days(1))
