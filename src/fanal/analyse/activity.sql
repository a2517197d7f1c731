-- When accounts did something, by the hour. Not part of any step.

-- name: activity
SELECT kind, hour, count(*) AS n
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
WHERE hour IS NOT NULL AND ($everyone OR account IN (SELECT account FROM activity_account))
GROUP BY kind, hour
ORDER BY hour, kind
