-- Statements of the step `roles`. Each rule's statement gives account, obs, at: the rows that show it.

-- name: administrator
SELECT account, obs, "at"
FROM membership
WHERE lower(role) IN ('admin', 'administrator', 'owner', 'creator', 'moderator')
   OR change IN ('created', 'promoted')

-- name: uploader
SELECT account, obs, "at" FROM share WHERE action = 'upload'

-- name: sharer
SELECT account, min(obs) AS obs, "at"
FROM (
  SELECT account, obs, "at", media FROM share WHERE action = 'post' AND media IS NOT NULL
  UNION ALL
  SELECT account, obs, "at", media FROM message
  WHERE kind IN ('image', 'video', 'sticker', 'file') AND media IS NOT NULL
) AS named
GROUP BY account, "at", media
UNION ALL
SELECT account, obs, "at" FROM share WHERE action = 'post' AND media IS NULL
UNION ALL
SELECT account, obs, "at" FROM message
WHERE kind IN ('image', 'video', 'sticker', 'file') AND media IS NULL AND account IS NOT NULL

-- name: consumer
SELECT account, obs, "at" FROM share WHERE action IN ('view', 'download')

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

-- name: roles_support
SELECT s.finding, e.obs, 'for' AS role, CAST(1 AS DOUBLE) AS weight, e.role AS reason
FROM role_examples AS e
JOIN role_said AS s ON s.who = e.who AND s.role = e.role
