-- When accounts did something, by the hour. Not part of any step.

-- name: seen
SELECT kind, account, hour
FROM (
  SELECT 'logins' AS kind, account, date_trunc('hour', "at") AS hour FROM login
  UNION ALL
  SELECT 'uploads' AS kind, account, date_trunc('hour', "at") AS hour FROM share WHERE action = 'upload'
  UNION ALL
  SELECT 'messages' AS kind, account, date_trunc('hour', "at") AS hour
  FROM message WHERE kind IS NULL OR kind NOT IN ('system', 'system_unknown')
  UNION ALL
  SELECT 'payments' AS kind, account, date_trunc('hour', "at") AS hour FROM payment
) AS seen
WHERE hour IS NOT NULL

-- name: page_hours
SELECT account, kind, hour, count(*) AS n
FROM activity_seen
WHERE account IS NOT NULL
GROUP BY account, kind, hour
ORDER BY account

-- name: page_activity
SELECT kind, hour, count(*) AS n FROM activity_seen GROUP BY kind, hour ORDER BY hour, kind

-- name: of_accounts
SELECT kind, hour, sum(n) AS n
FROM page_hours
WHERE account IN (SELECT unnest($told))
GROUP BY kind, hour
ORDER BY hour, kind
