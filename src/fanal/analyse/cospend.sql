-- Statements of the step `cospend`: which addresses were spent together, and whose customers pay from one address.

-- One transaction may stand in several extracts: the one that holds most of it speaks.
-- name: cospend_io
SELECT t.tx, t.side, t.address, t.amount, lower(t.asset) AS asset, t.obs
FROM tx_io AS t
JOIN (
  SELECT tx, exhibit, row_number() OVER (PARTITION BY tx ORDER BY n DESC, exhibit) AS place
  FROM (SELECT tx, exhibit, count(*) AS n FROM tx_io WHERE tx IS NOT NULL GROUP BY tx, exhibit) AS counted
) AS e ON e.tx = t.tx AND e.exhibit = t.exhibit
WHERE e.place = 1

-- Outputs of one value: more of them than a payer has reason to make are the mark of a joint transaction.
-- name: cospend_equal
SELECT tx, max(n) AS equal
FROM (
  SELECT tx, round(amount * 100000000) AS units, count(*) AS n
  FROM cospend_io
  WHERE side = 'out' AND amount > 0
  GROUP BY tx, round(amount * 100000000)
) AS valued
GROUP BY tx

-- name: cospend_tx
SELECT t.tx, t.obs,
       CASE WHEN t.foreign_rows > 0 THEN 'account_chain'
            WHEN t.outs = 0 THEN 'outputs_unknown'
            WHEN e.equal >= ${equal} THEN 'equal_outputs'
            WHEN e.equal = 2 AND t.outs IN (3, 4) THEN 'two_equal_outputs_with_change'
       END AS left_out
FROM (
  SELECT tx, min(obs) AS obs, count(DISTINCT CASE WHEN side = 'in' THEN address END) AS ins,
         sum(CASE WHEN side = 'out' THEN 1 ELSE 0 END) AS outs,
         sum(CASE WHEN (asset IS NOT NULL AND asset NOT IN (${utxo}))
                    OR (asset IS NULL AND
                        (address LIKE '0x%' OR (address LIKE 'T%' AND length(address) = 34) OR length(address) >= 95))
                  THEN 1 ELSE 0 END) AS foreign_rows
  FROM cospend_io
  GROUP BY tx
) AS t
LEFT JOIN cospend_equal AS e ON e.tx = t.tx
WHERE t.ins > 1

-- name: cospend_input
SELECT i.tx, i.address, min(i.obs) AS obs
FROM cospend_io AS i
JOIN cospend_tx AS t ON t.tx = i.tx
WHERE i.side = 'in' AND i.address IS NOT NULL AND t.left_out IS NULL
GROUP BY i.tx, i.address

-- Addresses of payments that no identifier row names under the account.
-- name: cospend_from
SELECT k.account_id, p.from_address AS value, min(p.obs) AS obs, min(p.at) AS first_at, max(p.at) AS last_at
FROM payment AS p
JOIN account_key AS k ON k.account = p.account
LEFT JOIN (SELECT DISTINCT account, value FROM identifier WHERE kind = 'crypto_address') AS i
  ON i.account = p.account AND i.value = p.from_address
WHERE p.from_address IS NOT NULL AND i.account IS NULL
GROUP BY k.account_id, p.from_address

-- name: cospend_new
SELECT n.norm, (SELECT coalesce(max(value_id), -1) + 1 FROM value_key) + row_number() OVER (ORDER BY n.norm) - 1 AS value_id
FROM (SELECT DISTINCT norm FROM cospend_norm WHERE norm IS NOT NULL) AS n
LEFT JOIN (SELECT DISTINCT norm FROM value_key WHERE kind = 'crypto_address') AS k ON k.norm = n.norm
WHERE k.norm IS NULL

-- Every crypto address: the id under which it links, -1 where it is context on all days. One that a list names on
-- some days only has two ids.
-- name: cospend_address
SELECT norm, max(CASE WHEN context IS NULL THEN value_id ELSE -1 END) AS linking
FROM (
  SELECT norm, value_id, context FROM value_key WHERE kind = 'crypto_address'
  UNION ALL
  SELECT n.norm, n.value_id, l.context
  FROM cospend_new AS n
  LEFT JOIN (SELECT norm, min(context) AS context FROM cospend_list GROUP BY norm) AS l ON l.norm = n.norm
) AS known
GROUP BY norm

-- Who pays from, states or holds an address. `payer` is 1 where nothing but payments ties the account to it, else 0.
-- name: cospend_owner
SELECT value_id, account_id, min(obs) AS obs, min(first_at) AS first_at, max(last_at) AS last_at, min(payer) AS payer
FROM (
  SELECT u.value_id, u.account_id, u.obs, u.first_at, u.last_at, CASE WHEN u.relation = 'payer' THEN 1 ELSE 0 END AS payer
  FROM account_value AS u
  JOIN cospend_address AS a ON a.linking = u.value_id
  UNION ALL
  SELECT a.linking, f.account_id, f.obs, f.first_at, f.last_at, 1
  FROM cospend_from AS f
  JOIN cospend_norm AS n ON n.value = f.value
  JOIN cospend_address AS a ON a.norm = n.norm
  WHERE a.linking >= 0
) AS told
GROUP BY value_id, account_id

-- name: cospend_spent
SELECT m.wallet, m.address, a.linking AS value_id, min(i.tx) AS tx, min(i.obs) AS obs, count(*) AS transactions,
       max(CASE WHEN a.linking = -1 THEN 1 ELSE 0 END) AS listed
FROM cospend_member AS m
JOIN cospend_input AS i ON i.address = m.address
LEFT JOIN cospend_address AS a ON a.norm = m.norm
GROUP BY m.wallet, m.address, a.linking

-- A unit is an address that accounts pay from, or a wallet: addresses that were spent together.
-- name: cospend_unit
SELECT value_id AS unit, account_id FROM cospend_owner
UNION ALL
SELECT DISTINCT ${base} + s.wallet AS unit, o.account_id
FROM cospend_spent AS s
JOIN cospend_owner AS o ON o.value_id = s.value_id

-- name: cospend_stated
SELECT u.unit, u.account_id, min(a.stated_birth_year) AS born,
       min(lower(trim(CASE WHEN a.name_source IN ('self', 'provider') THEN a.stated_name END))) AS name,
       min(a.stated_country) AS country
FROM cospend_unit AS u
JOIN (SELECT unit FROM cospend_unit GROUP BY unit HAVING count(*) >= ${many}) AS b ON b.unit = u.unit
JOIN account_key AS k ON k.account_id = u.account_id
LEFT JOIN account AS a ON a.account = k.account
GROUP BY u.unit, u.account_id

-- Why an address links nobody beyond what lists say: by its own accounts, by its wallet's, or by a listed address that
-- was spent with it.
-- name: wallet_context
SELECT w.value_id, min(w.rule) AS rule, max(w.accounts) AS accounts
FROM (
  SELECT r.unit AS value_id, r.rule, r.accounts FROM cospend_ruled AS r WHERE r.unit < ${base}
  UNION ALL
  SELECT s.value_id, r.rule, r.accounts
  FROM cospend_spent AS s
  JOIN cospend_ruled AS r ON r.unit = ${base} + s.wallet
  UNION ALL
  SELECT s.value_id, 'spent_with_listed' AS rule, CAST(0 AS BIGINT) AS accounts
  FROM cospend_spent AS s
  JOIN (SELECT DISTINCT wallet FROM cospend_spent WHERE listed = 1) AS l ON l.wallet = s.wallet
  WHERE s.listed = 0
) AS w
WHERE w.value_id IS NOT NULL AND w.value_id >= 0
GROUP BY w.value_id

-- Wallets are numbered behind all values.
-- name: cospend_base
SELECT greatest((SELECT coalesce(max(value_id), -1) FROM value_key), (SELECT coalesce(max(linking), -1) FROM cospend_address))
       + 1 AS base

-- name: cospend_value
SELECT s.wallet, s.address, CASE WHEN s.value_id >= 0 THEN s.value_id END AS value_id, s.tx, s.obs, s.transactions
FROM cospend_spent AS s

-- Wallets that tie accounts beyond one address.
-- name: cospend_shared
SELECT s.wallet
FROM cospend_spent AS s
JOIN cospend_owner AS o ON o.value_id = s.value_id
GROUP BY s.wallet
HAVING min(o.account_id) < max(o.account_id) AND min(o.value_id) < max(o.value_id)

-- What `resolve` compares besides identifiers: accounts behind one wallet, and all accounts behind an address that a
-- payment alone ties to one of them.
-- name: cospend_use
SELECT ${base} + s.wallet AS value_id, o.account_id, 'spent_together' AS kind, min(s.obs) AS obs,
       min(o.first_at) AS first_at, max(o.last_at) AS last_at, min(o.payer) AS payer
FROM cospend_spent AS s
JOIN cospend_shared AS t ON t.wallet = s.wallet
JOIN cospend_owner AS o ON o.value_id = s.value_id
LEFT JOIN wallet_context AS c ON c.value_id = s.value_id
WHERE c.value_id IS NULL
GROUP BY s.wallet, o.account_id
UNION ALL
SELECT o.value_id, o.account_id, 'crypto_address' AS kind, o.obs, o.first_at, o.last_at, o.payer
FROM cospend_owner AS o
JOIN (
  SELECT DISTINCT a.linking AS value_id
  FROM cospend_norm AS n
  JOIN cospend_address AS a ON a.norm = n.norm
) AS f ON f.value_id = o.value_id
LEFT JOIN wallet_context AS c ON c.value_id = o.value_id
WHERE c.value_id IS NULL

-- name: cospend_left_out
SELECT tx, left_out AS rule, obs FROM cospend_tx WHERE left_out IS NOT NULL

-- name: cospend_said
SELECT ${finding} AS finding, c.value_id, a.norm AS address, c.rule, c.accounts
FROM wallet_context AS c
JOIN cospend_address AS a ON a.linking = c.value_id

-- name: cospend_finding
SELECT finding, 'cospend' AS step, CAST(${version} AS INTEGER) AS step_version, 'custodial_wallet' AS kind,
       address AS subject, rule AS value, CAST(NULL AS DOUBLE) AS score, accounts AS n,
       CAST(NULL AS TIMESTAMP) AS first_at, CAST(NULL AS TIMESTAMP) AS last_at, CAST(NULL AS VARCHAR) AS query
FROM cospend_said

-- name: cospend_support
SELECT finding, obs, 'for' AS role, CAST(1 AS DOUBLE) AS weight, rule AS reason
FROM (
  SELECT s.finding, s.rule, o.obs, row_number() OVER (PARTITION BY s.finding ORDER BY o.obs) AS place
  FROM cospend_said AS s
  JOIN (
    SELECT value_id, obs FROM cospend_owner
    UNION
    SELECT value_id, obs FROM cospend_spent
  ) AS o ON o.value_id = s.value_id
) AS numbered
WHERE place <= ${examples}

-- name: cospend_account_of_run
SELECT (SELECT count(*) FROM cospend_input) AS "inputs spent together",
       (SELECT count(*) FROM cospend_left_out) AS "transactions left out",
       (SELECT count(DISTINCT wallet) FROM cospend_value) AS wallets,
       (SELECT count(*) FROM wallet_context) AS "custodial addresses"
