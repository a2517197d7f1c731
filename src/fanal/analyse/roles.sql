-- Statements of the step `roles`. Each rule's statement gives account, obs, at: the rows that show it. Of media there are
-- two: those that a person graded as illegal, and those of which nobody whose word counts said anything.

-- name: role_medium
-- What persons whose word counts say of a medium. Who contradict each other say nothing.
SELECT media, CASE WHEN illegal > 0 AND other = 0 THEN 'illegal' WHEN harmless > 0 AND illegal = 0 THEN 'harmless' END AS said
FROM (
  SELECT media, count(CASE WHEN opinion IN (${illegal}) THEN 1 END) AS illegal,
         count(CASE WHEN opinion = 'harmless' THEN 1 END) AS harmless,
         count(CASE WHEN opinion NOT IN (${illegal}) THEN 1 END) AS other
  FROM media_graded WHERE source IN (${sources}) GROUP BY media
) AS opinions

-- name: administrator
SELECT account, obs, "at"
FROM membership
WHERE lower(role) IN ('admin', 'administrator', 'owner', 'creator', 'moderator')
   OR change IN ('created', 'promoted')

-- name: uploader
SELECT s.account, s.obs, s."at"
FROM share AS s
JOIN role_medium AS m ON m.media = s.media
WHERE s.action = 'upload' AND m.said = 'illegal'

-- name: uploader_not_graded
SELECT s.account, s.obs, s."at"
FROM share AS s
LEFT JOIN role_medium AS m ON m.media = s.media
WHERE s.action = 'upload' AND m.said IS NULL

-- name: sharer
SELECT p.account, min(p.obs) AS obs, p."at"
FROM (
  SELECT account, obs, "at", media FROM share WHERE action = 'post'
  UNION ALL
  SELECT account, obs, "at", media FROM message WHERE kind IN ('image', 'video', 'sticker', 'file')
) AS p
JOIN role_medium AS m ON m.media = p.media
WHERE m.said = 'illegal'
GROUP BY p.account, p."at", p.media

-- name: sharer_not_graded
SELECT n.account, n.obs, n."at"
FROM (
  SELECT account, min(obs) AS obs, "at", media
  FROM (
    SELECT account, obs, "at", media FROM share WHERE action = 'post' AND media IS NOT NULL
    UNION ALL
    SELECT account, obs, "at", media FROM message
    WHERE kind IN ('image', 'video', 'sticker', 'file') AND media IS NOT NULL
  ) AS named
  GROUP BY account, "at", media
) AS n
LEFT JOIN role_medium AS m ON m.media = n.media
WHERE m.said IS NULL
UNION ALL
SELECT account, obs, "at" FROM share WHERE action = 'post' AND media IS NULL
UNION ALL
SELECT account, obs, "at" FROM message
WHERE kind IN ('image', 'video', 'sticker', 'file') AND media IS NULL AND account IS NOT NULL

-- name: consumer
SELECT s.account, s.obs, s."at"
FROM share AS s
JOIN role_medium AS m ON m.media = s.media
WHERE s.action IN ('view', 'download') AND m.said = 'illegal'

-- name: consumer_not_graded
SELECT s.account, s.obs, s."at"
FROM share AS s
LEFT JOIN role_medium AS m ON m.media = s.media
WHERE s.action IN ('view', 'download') AND m.said IS NULL

-- name: payer
SELECT account, obs, "at" FROM payment

-- name: recruiter
SELECT by_account AS account, obs, "at"
FROM membership
WHERE change = 'added' AND by_account IS NOT NULL AND by_account <> account

-- name: role_who
SELECT account, min(account_id) OVER (PARTITION BY identity) AS who, identity
FROM identity_account

-- name: role_found
SELECT w.who, '${role}' AS role, count(*) AS n, min(r.at) AS first_at, max(r.at) AS last_at
FROM (${rows}) AS r
JOIN role_who AS w ON w.account = r.account
GROUP BY w.who

-- name: role_example
SELECT who, '${role}' AS role, obs
FROM (
  SELECT w.who, r.obs, row_number() OVER (PARTITION BY w.who ORDER BY r.obs) AS place
  FROM (${rows}) AS r
  JOIN role_who AS w ON w.account = r.account
) AS numbered
WHERE place <= ${examples}

-- name: role_identity
SELECT DISTINCT who, identity FROM role_who

-- name: role_said
SELECT i.identity, ${finding} AS finding, f.who, f.role, CAST(f.n AS DOUBLE) / nullif(f.n + r.half, 0) AS score,
       CAST(f.n AS BIGINT) AS n, f.first_at, f.last_at
FROM role_all AS f
JOIN role_identity AS i ON i.who = f.who
JOIN role_rule AS r ON r.role = f.role

-- name: identity_role
SELECT identity, role, score, n FROM role_said

-- name: roles_finding
SELECT finding, 'roles' AS step, CAST(${version} AS INTEGER) AS step_version, 'role' AS kind, identity AS subject,
       role AS value, score, n, first_at, last_at, 'roles.' || role AS query
FROM role_said

-- name: role_grade
-- Where an examiner of this node graded what an example is about.
SELECT s.finding, g.obs, 'for' AS role, CAST(1 AS DOUBLE) AS weight, 'graded' AS reason
FROM role_examples AS e
JOIN role_said AS s ON s.who = e.who AND s.role = e.role
JOIN (
  SELECT obs, media FROM share
  UNION
  SELECT obs, media FROM message
) AS a ON a.obs = e.obs
JOIN media_graded AS g ON g.media = a.media AND g.source = 'examiner' AND g.opinion IN (${illegal})
WHERE e.role IN (${graded})

-- name: roles_support
SELECT s.finding, e.obs, 'for' AS role, CAST(1 AS DOUBLE) AS weight, e.role AS reason
FROM role_examples AS e
JOIN role_said AS s ON s.who = e.who AND s.role = e.role
UNION ALL
SELECT finding, obs, role, weight, reason FROM (SELECT DISTINCT finding, obs, role, weight, reason FROM role_grade) AS g
