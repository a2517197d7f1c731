-- What pages ask, put in the order in which they ask it. Made of results that stand; nothing new is found here.

-- name: page_member
SELECT identity, account, account_id FROM identity_account ORDER BY identity, account_id

-- name: page_account
SELECT account, identity FROM identity_account ORDER BY account

-- name: page_conduct
SELECT seen.account, min(seen.at) AS first_at
FROM (SELECT m.account, m."at" AS at FROM message AS m UNION ALL SELECT s.account, s."at" AS at FROM share AS s) AS seen
WHERE seen.at IS NOT NULL AND seen.account IS NOT NULL
GROUP BY seen.account
ORDER BY seen.account

-- name: page_rank
SELECT identity, rank FROM identity_rank ORDER BY identity

-- name: page_said_of
SELECT coalesce(m.identity, f.subject) AS about, f.*
FROM ${step}_finding AS f
LEFT JOIN identity_account AS m ON m.account = f.subject
UNION ALL
SELECT o.identity AS about, f.*
FROM ${step}_finding AS f
JOIN identity_account AS o ON o.account = f.value
LEFT JOIN identity_account AS m ON m.account = f.subject
WHERE o.identity <> coalesce(m.identity, f.subject)
UNION ALL
SELECT i.identity AS about, f.*
FROM ${step}_finding AS f
JOIN identity AS i ON i.identity = f.value
LEFT JOIN identity_account AS m ON m.account = f.subject
WHERE i.identity <> coalesce(m.identity, f.subject)

-- name: page_support_of
SELECT f.about, f.step, s.finding, s.obs, s.role, s.weight, s.reason
FROM page_said AS f
JOIN ${step}_support AS s ON s.finding = f.finding
WHERE f.step = '${step}'

-- name: page_seen_of
SELECT r.obs, '${table}' AS "table", r.exhibit, r.locator, to_json({${columns}}) AS seen
FROM "${table}" AS r
WHERE r.obs IN (SELECT obs FROM page_grounds)

-- name: page_support
SELECT g.*, s."table", s.exhibit, s.locator, s.seen
FROM page_grounds AS g
LEFT JOIN page_seen AS s ON s.obs = g.obs
ORDER BY g.about

-- name: page_context
SELECT c.account, c.kind, c.value, c.context, c.list, c.edition, min(e.source) AS source, min(e.digest) AS digest,
       CAST(c.uses AS BIGINT) AS uses, c.obs
FROM (
  SELECT a.account, k.kind, k.norm AS value, l.context, l.list, l.edition, sum(u.n) AS uses, min(u.obs) AS obs
  FROM account_value AS u
  JOIN account_key AS a ON a.account_id = u.account_id
  JOIN value_key AS k ON k.value_id = u.value_id
  JOIN value_listed AS l ON l.value_id = u.value_id AND l.context = k.context
  GROUP BY a.account, k.kind, k.norm, l.context, l.list, l.edition
  UNION ALL
  SELECT a.account, k.kind, k.norm, w.rule, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), sum(u.n), min(u.obs)
  FROM account_value AS u
  JOIN account_key AS a ON a.account_id = u.account_id
  JOIN value_key AS k ON k.value_id = u.value_id
  JOIN wallet_context AS w ON w.value_id = u.value_id
  GROUP BY a.account, k.kind, k.norm, w.rule
  UNION ALL
  SELECT a.account, 'ip', i.ip, d.anonymiser, l.list, l.edition, sum(d.n), min(d.obs)
  FROM login_day AS d
  JOIN account_key AS a ON a.account_id = d.account_id
  JOIN address_listed AS l ON l.ip_id = d.ip_id AND d.day >= l.since AND d.day < l.until
  JOIN address AS i ON i.ip_id = d.ip_id
  GROUP BY a.account, i.ip, d.anonymiser, l.list, l.edition
) AS c
LEFT JOIN list_edition AS e ON e.name = c.list AND e.date = c.edition
GROUP BY c.account, c.kind, c.value, c.context, c.list, c.edition, c.uses, c.obs
ORDER BY c.account
