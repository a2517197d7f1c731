-- What of an identity is context only, and which edition of which list says so.

-- name: contexts
SELECT c.kind, c.value, c.context, c.list, c.edition, min(e.source) AS source, min(e.digest) AS digest,
       CAST(c.uses AS BIGINT) AS uses, c.obs
FROM (
  SELECT k.kind, k.norm AS value, l.context, l.list, l.edition, sum(u.n) AS uses, min(u.obs) AS obs
  FROM account_value AS u
  JOIN contexts_account AS a ON a.account_id = u.account_id
  JOIN value_key AS k ON k.value_id = u.value_id
  JOIN value_listed AS l ON l.value_id = u.value_id AND l.context = k.context
  GROUP BY k.kind, k.norm, l.context, l.list, l.edition
  UNION ALL
  SELECT k.kind, k.norm, w.rule, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), sum(u.n), min(u.obs)
  FROM account_value AS u
  JOIN contexts_account AS a ON a.account_id = u.account_id
  JOIN value_key AS k ON k.value_id = u.value_id
  JOIN wallet_context AS w ON w.value_id = u.value_id
  GROUP BY k.kind, k.norm, w.rule
  UNION ALL
  SELECT 'ip', i.ip, d.anonymiser, l.list, l.edition, sum(d.n), min(d.obs)
  FROM login_day AS d
  JOIN contexts_account AS a ON a.account_id = d.account_id
  JOIN address_listed AS l ON l.ip_id = d.ip_id AND d.day >= l.since AND d.day < l.until
  JOIN address AS i ON i.ip_id = d.ip_id
  GROUP BY i.ip, d.anonymiser, l.list, l.edition
) AS c
LEFT JOIN list_edition AS e ON e.name = c.list AND e.date = c.edition
GROUP BY c.kind, c.value, c.context, c.list, c.edition, c.uses, c.obs
ORDER BY c.uses DESC, c.kind, c.value, c.list
