-- Statements of the step `payers`: who holds what an online identity was paid for with.

-- name: payers_paying
SELECT DISTINCT value_id FROM account_value WHERE relation = 'payer'

-- What ties accounts to values that link and somebody paid with: identifiers, and wallets spent together.
-- name: payers_use
SELECT i.identity, u.value_id, CASE WHEN u.relation = 'payer' THEN 1 ELSE 0 END AS payer, 'paid_from_held' AS reason,
       min(u.obs) AS obs, sum(u.n) AS n
FROM account_value AS u
JOIN payers_paying AS y ON y.value_id = u.value_id
JOIN value_key AS k ON k.value_id = u.value_id
JOIN identity_account AS i ON i.account_id = u.account_id
LEFT JOIN wallet_context AS w ON w.value_id = u.value_id
WHERE k.links AND w.value_id IS NULL
GROUP BY i.identity, u.value_id, CASE WHEN u.relation = 'payer' THEN 1 ELSE 0 END
UNION ALL
SELECT i.identity, c.value_id, c.payer, CASE WHEN c.kind = 'spent_together' THEN c.kind ELSE 'paid_from_held' END AS reason,
       min(c.obs) AS obs, count(*) AS n
FROM cospend_use AS c
JOIN identity_account AS i ON i.account_id = c.account_id
GROUP BY i.identity, c.value_id, c.payer, CASE WHEN c.kind = 'spent_together' THEN c.kind ELSE 'paid_from_held' END

-- name: payers_held
SELECT identity, value_id, min(obs) AS obs
FROM payers_use
WHERE payer = 0
GROUP BY identity, value_id

-- What more identities hold names no payer.
-- name: payers_few
SELECT value_id FROM payers_held GROUP BY value_id HAVING count(*) <= ${holders}

-- name: paid_by
SELECT p.identity, h.identity AS payer, p.value_id, p.reason, sum(p.n) AS payments, min(p.obs) AS obs_paid,
       min(h.obs) AS obs_held
FROM payers_use AS p
JOIN payers_few AS f ON f.value_id = p.value_id
JOIN payers_held AS h ON h.value_id = p.value_id AND h.identity <> p.identity
LEFT JOIN payers_held AS own ON own.value_id = p.value_id AND own.identity = p.identity
WHERE p.payer = 1 AND own.identity IS NULL
GROUP BY p.identity, h.identity, p.value_id, p.reason

-- name: payers_said
SELECT ${finding} AS finding, s.identity, s.payer, s.payments
FROM (SELECT identity, payer, max(payments) AS payments FROM paid_by GROUP BY identity, payer) AS s

-- name: payers_finding
SELECT finding, 'payers' AS step, CAST(${version} AS INTEGER) AS step_version, 'paid_by' AS kind, identity AS subject,
       payer AS value, CAST(NULL AS DOUBLE) AS score, CAST(payments AS BIGINT) AS n, CAST(NULL AS TIMESTAMP) AS first_at,
       CAST(NULL AS TIMESTAMP) AS last_at, CAST(NULL AS VARCHAR) AS query
FROM payers_said

-- name: payers_support
SELECT finding, obs, 'for' AS role, CAST(1 AS DOUBLE) AS weight, reason
FROM (
  SELECT finding, obs, reason, row_number() OVER (PARTITION BY finding ORDER BY reason, obs) AS place
  FROM (
    SELECT s.finding, p.obs_paid AS obs, p.reason
    FROM payers_said AS s
    JOIN paid_by AS p ON p.identity = s.identity AND p.payer = s.payer
    UNION
    SELECT s.finding, p.obs_held AS obs, p.reason
    FROM payers_said AS s
    JOIN paid_by AS p ON p.identity = s.identity AND p.payer = s.payer
  ) AS each
) AS numbered
WHERE place <= ${examples}

-- name: payers_account_of_run
SELECT (SELECT count(DISTINCT identity) FROM paid_by) AS "identities paid for by another",
       (SELECT count(DISTINCT payer) FROM paid_by) AS payers
