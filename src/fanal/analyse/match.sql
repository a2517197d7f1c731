-- Statements of the step `match`: media of the operation against the hash lists of the node.

-- name: match_cited
-- A hash that is written in a message: a medium without a file. The first of each message.
SELECT 'cited:' || value AS media, value, obs
FROM (
  SELECT regexp_extract(' ' || lower(body) || ' ', '[^0-9a-z]([0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})[^0-9a-z]', 1) AS value,
         obs
  FROM message WHERE body IS NOT NULL
) AS written
WHERE value <> ''

-- name: match_hash
SELECT media, kind, value, min(obs) AS obs
FROM (
  SELECT media, 'md5' AS kind, lower(md5) AS value, obs FROM media WHERE md5 IS NOT NULL
  UNION ALL
  SELECT media, 'sha1' AS kind, lower(sha1) AS value, obs FROM media WHERE sha1 IS NOT NULL
  UNION ALL
  SELECT media, 'sha256' AS kind, lower(sha256) AS value, obs FROM media WHERE sha256 IS NOT NULL
  UNION ALL
  SELECT media, CASE length(value) WHEN 32 THEN 'md5' WHEN 40 THEN 'sha1' ELSE 'sha256' END AS kind, value, obs
  FROM match_cited
) AS said
WHERE media IS NOT NULL
GROUP BY media, kind, value

-- name: match_frame
SELECT f.media, f.at_s, f.pdq, f.quality, f.variant, f.obs
FROM fingerprint AS f
WHERE f.media IS NOT NULL AND f.pdq IS NOT NULL AND (f.quality IS NULL OR f.quality >= ${quality})
ORDER BY f.obs

-- name: match_exact
SELECT h.media, l.list, l.entry, min(l.kind) AS what, min(h.obs) AS obs
FROM match_hash AS h
JOIN listed_hash AS l ON l.kind = h.kind AND l.value = h.value
GROUP BY h.media, l.list, l.entry

-- name: match_found
SELECT media, list, entry, 'exact' AS kind, what, CAST(0 AS INTEGER) AS distance, CAST(1 AS DOUBLE) AS share,
       CAST(1 AS DOUBLE) AS share_of_entry, CAST(NULL AS INTEGER) AS quality, obs
FROM match_exact
UNION ALL
SELECT n.media, n.list, n.entry, 'near' AS kind, 'pdq' AS what, n.distance, n.share, n.share_of_entry, n.quality, n.obs
FROM match_near AS n
LEFT JOIN match_exact AS x ON x.media = n.media AND x.list = n.list AND x.entry = n.entry
WHERE x.media IS NULL

-- name: match_comparable
-- Media of which something can be compared. A medium without hash or frame is neither known nor unseen.
SELECT media, min(obs) AS obs
FROM (
  SELECT media, obs FROM match_hash WHERE NOT starts_with(media, 'cited:')
  UNION ALL
  SELECT media, obs FROM match_kept_frame
) AS something
GROUP BY media

-- name: match_crowded
SELECT f.list, f.entry
FROM match_found AS f
CROSS JOIN (SELECT count(*) AS n FROM match_comparable) AS c
GROUP BY f.list, f.entry, c.n
HAVING count(DISTINCT f.media) > ${least} AND count(DISTINCT f.media) > ${quarantine} * c.n

-- name: media_match
SELECT f.media, f.list, e.version, e.agency, f.entry, f.kind, f.what, f.distance, f.share, f.share_of_entry, f.quality,
       CASE WHEN f.kind = 'near' THEN CAST(${radius} AS INTEGER) END AS radius,
       CASE WHEN f.kind = 'near' THEN CAST(${quality} AS INTEGER) END AS least_quality,
       e.category, e.opinion, q.entry IS NOT NULL OR c.entry IS NOT NULL AS quarantined, f.obs
FROM match_found AS f
JOIN listed_entry AS e ON e.list = f.list AND e.entry = f.entry
LEFT JOIN match_set_aside AS q ON q.list = f.list AND q.entry = f.entry
LEFT JOIN match_crowded AS c ON c.list = f.list AND c.entry = f.entry

-- name: media_state
-- Known is exact; near is not same. What sources say of it stands side by side in media_match.
SELECT m.media, CASE WHEN x.exact > 0 THEN 'known' WHEN x.near > 0 THEN 'near' ELSE 'unseen' END AS state,
       CASE WHEN x.media IS NULL THEN NULL
            WHEN x.disputed > 0 OR (x.harmless > 0 AND x.everywhere + x.here > 0) THEN 'disputed'
            WHEN x.everywhere > 0 THEN 'illegal_everywhere'
            WHEN x.here > 0 THEN 'illegal_here'
            WHEN x.harmless > 0 THEN 'harmless'
            ELSE 'unmapped' END AS opinion, m.obs
FROM match_comparable AS m
LEFT JOIN (
  SELECT media, count(CASE WHEN kind = 'exact' THEN 1 END) AS exact, count(CASE WHEN kind = 'near' THEN 1 END) AS near,
         count(CASE WHEN opinion = 'disputed' THEN 1 END) AS disputed,
         count(CASE WHEN opinion = 'illegal_everywhere' THEN 1 END) AS everywhere,
         count(CASE WHEN opinion = 'illegal_here' THEN 1 END) AS here,
         count(CASE WHEN opinion = 'harmless' THEN 1 END) AS harmless
  FROM media_match WHERE NOT quarantined GROUP BY media
) AS x ON x.media = m.media
WHERE ${lists} > 0

-- name: match_said
SELECT ${finding} AS finding, m.media, m.list, m.kind, max(m.share) AS share, count(*) AS n, min(m.obs) AS obs
FROM media_match AS m
WHERE NOT m.quarantined
GROUP BY m.media, m.list, m.kind

-- name: match_finding
SELECT finding, 'match' AS step, CAST(${version} AS INTEGER) AS step_version, 'listed_' || kind AS kind,
       media AS subject, list AS value, share AS score, CAST(n AS BIGINT) AS n, CAST(NULL AS TIMESTAMP) AS first_at,
       CAST(NULL AS TIMESTAMP) AS last_at, CAST(NULL AS VARCHAR) AS query
FROM match_said

-- name: match_support
-- A list's word on a medium is context: it supports no suspicion against anybody.
SELECT finding, obs, 'context' AS role, CAST(0 AS DOUBLE) AS weight, 'listed_' || kind AS reason FROM match_said

-- name: match_counted
SELECT (SELECT count(*) FROM match_comparable) AS media,
       (SELECT count(*) FROM media_state WHERE state = 'known') AS known,
       (SELECT count(*) FROM media_state WHERE state = 'near') AS near,
       (SELECT count(*) FROM media_state WHERE state = 'unseen') AS unseen,
       (SELECT count(*) FROM (SELECT DISTINCT list, entry FROM media_match WHERE quarantined) AS q) AS quarantined
