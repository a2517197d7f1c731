-- Statements of the step `resolve`: what is compared, and what is written.

-- name: resolve_shared_value
SELECT value_id
FROM account_value
GROUP BY value_id
HAVING min(account_id) < max(account_id)

-- name: resolve_use
SELECT u.value_id, u.account_id, k.kind, min(u.obs) AS obs,
       coalesce(date_diff('day', DATE '1970-01-01', CAST(min(u.first_at) AS DATE)), 0) AS first_day,
       coalesce(date_diff('day', DATE '1970-01-01', CAST(max(u.last_at) AS DATE)), 0) AS last_day,
       min(CASE WHEN u.relation IN ('payer', 'subscriber') THEN 1 ELSE 0 END) AS paid,
       min(CASE WHEN k.kind = 'email' THEN split_part(k.norm, '@', 2) END) AS host
FROM account_value AS u
JOIN resolve_shared_value AS s ON s.value_id = u.value_id
JOIN value_key AS k ON k.value_id = u.value_id
LEFT JOIN (
  SELECT value_id FROM wallet_context
  UNION
  SELECT value_id FROM cospend_use WHERE kind = 'crypto_address'
) AS w ON w.value_id = u.value_id
WHERE k.links AND w.value_id IS NULL
GROUP BY u.value_id, u.account_id, k.kind
UNION ALL
SELECT c.value_id, c.account_id, c.kind, c.obs,
       coalesce(date_diff('day', DATE '1970-01-01', CAST(c.first_at AS DATE)), 0) AS first_day,
       coalesce(date_diff('day', DATE '1970-01-01', CAST(c.last_at AS DATE)), 0) AS last_day, c.payer AS paid,
       CAST(NULL AS VARCHAR) AS host
FROM cospend_use AS c

-- name: resolve_named
-- A contact's name that address books give one number: `shown` is the account that shows the number itself.
SELECT k.account_id, min(split_part(i.account, ':', 1) || ':' || i.norm) AS shown, min(i.obs) AS obs
FROM identifier AS i
JOIN account_key AS k ON k.account = i.account
WHERE i.kind = 'phone' AND i.norm IS NOT NULL AND i.account LIKE '%:name:%'
GROUP BY k.account_id
HAVING min(i.norm) = max(i.norm)

-- name: resolve_recorded
SELECT a.account_id AS account_a, b.account_id AS account_b, 'number_changed' AS rule, min(m.obs) AS obs
FROM membership AS m
JOIN account_key AS a ON a.account = m.account
JOIN account_key AS b ON b.account = m.by_account
WHERE m.change = 'number_changed' AND a.account_id <> b.account_id
GROUP BY a.account_id, b.account_id
UNION ALL
SELECT min(b.account_id) AS account_a, n.account_id AS account_b, 'named_in_address_book' AS rule, min(n.obs) AS obs
FROM resolve_named AS n
JOIN (
  SELECT account_id, account AS shown FROM account_key
  UNION ALL
  SELECT account_id, shown FROM resolve_named
) AS b ON b.shown = n.shown
WHERE b.account_id <> n.account_id
GROUP BY n.account_id

-- name: resolve_candidate
SELECT account_id FROM resolve_use
UNION
SELECT account_a FROM resolve_recorded
UNION
SELECT account_b FROM resolve_recorded
UNION
SELECT account_id FROM resolve_decided

-- name: resolve_decided
SELECT k.account_id, k.account
FROM account_key AS k
JOIN resolve_decided_account AS d ON d.account = k.account

-- What is said of the accounts that are compared.
-- name: resolve_account
SELECT k.account_id, a.obs, a.created_at, a.stated_name, a.name_source, a.stated_birth_year, a.stated_country,
       a.language, a.username
FROM account AS a
JOIN account_key AS k ON k.account = a.account
JOIN resolve_candidate AS c ON c.account_id = k.account_id

-- name: resolve_profile
SELECT a.account_id,
       min(a.obs) AS obs,
       coalesce(min(a.stated_birth_year), 0) AS born_low,
       coalesce(max(a.stated_birth_year), 0) AS born_high,
       coalesce(date_diff('day', DATE '1970-01-01', CAST(min(a.created_at) AS DATE)), 0) AS created_day,
       min(a.stated_country) AS country,
       min(lower(substr(a.language, 1, 2))) AS language,
       min(nullif(regexp_replace(lower(a.username), '[^\p{L}]+', '', 'g'), '')) AS username,
       min(nullif(trim(regexp_replace(lower(strip_accents(a.stated_name)), '[^\p{L}]+', ' ', 'g')), '')) AS stated_name,
       max(CASE WHEN a.name_source IN ('self', 'provider') THEN 1 ELSE 0 END) AS own_name,
       max(CASE WHEN a.name_source = 'provider' THEN 1 ELSE 0 END) AS verified
FROM resolve_account AS a
GROUP BY a.account_id

-- name: resolve_document
SELECT u.account_id, min(u.value_id) + 1 AS document
FROM account_value AS u
JOIN value_key AS k ON k.value_id = u.value_id
WHERE k.kind = 'national_id' AND k.context IS NULL
GROUP BY u.account_id

-- name: resolve_activity
SELECT d.account_id,
       date_diff('day', DATE '1970-01-01', min(d.day)) AS first_day,
       date_diff('day', DATE '1970-01-01', max(d.day)) AS last_day,
       sum(CASE WHEN d.anonymiser IS NULL THEN 0 ELSE 1 END) AS hidden, count(*) AS seen
FROM login_day AS d
JOIN resolve_candidate AS c ON c.account_id = d.account_id
GROUP BY d.account_id

-- How often an account logs in at which hours; most rows have one hour.
-- name: resolve_hours
SELECT d.account_id, d.hour_mask, count(*) AS n
FROM login_day AS d
JOIN resolve_candidate AS c ON c.account_id = d.account_id
GROUP BY d.account_id, d.hour_mask

-- The address of most days; of several the one with the smallest number.
-- name: resolve_home
SELECT account_id, ip_id + 1 AS home
FROM (
  SELECT u.account_id, u.ip_id, row_number() OVER (PARTITION BY u.account_id ORDER BY u.days DESC, u.ip_id) AS place
  FROM (
    SELECT d.account_id, d.ip_id, count(*) AS days
    FROM login_day AS d
    JOIN resolve_candidate AS c ON c.account_id = d.account_id
    WHERE d.anonymiser IS NULL
    GROUP BY d.account_id, d.ip_id
  ) AS u
) AS ordered
WHERE place = 1

-- Addresses that a few accounts have in common, but for the one that each uses most.
-- name: resolve_place
SELECT u.account_id, u.ip_id
FROM (
  SELECT DISTINCT d.account_id, d.ip_id
  FROM login_day AS d
  JOIN resolve_candidate AS c ON c.account_id = d.account_id
  WHERE d.anonymiser IS NULL
) AS u
JOIN (
  SELECT ip_id
  FROM login_day
  GROUP BY ip_id
  HAVING min(account_id) < max(account_id) AND count(DISTINCT account_id) <= ${few}
) AS s ON s.ip_id = u.ip_id
JOIN resolve_home AS h ON h.account_id = u.account_id
WHERE h.home <> u.ip_id + 1

-- What an account calls itself: its user name, and what stands before the @ of its mailboxes.
-- name: resolve_called
SELECT a.account_id, regexp_replace(lower(a.username), '[^\p{L}\p{N}]+', '', 'g') AS called
FROM resolve_account AS a
WHERE a.username IS NOT NULL
UNION
SELECT u.account_id, regexp_replace(lower(split_part(k.norm, '@', 1)), '[^\p{L}\p{N}]+', '', 'g') AS called
FROM account_value AS u
JOIN value_key AS k ON k.value_id = u.value_id
JOIN resolve_candidate AS c ON c.account_id = u.account_id
WHERE k.links AND k.kind = 'email'

-- The same with and without digits, each once.
-- name: resolve_word
SELECT account_id, called AS word FROM resolve_called WHERE length(called) >= ${letters}
UNION
SELECT account_id, word
FROM (SELECT account_id, regexp_replace(called, '[^\p{L}]+', '', 'g') AS word FROM resolve_called) AS bare
WHERE length(word) >= ${letters}

-- What many are called, or one alone, is no handle.
-- name: resolve_handle
SELECT w.account_id, w.word AS handle
FROM resolve_word AS w
JOIN (SELECT word FROM resolve_word GROUP BY word HAVING count(*) > 1 AND count(*) <= ${few}) AS s ON s.word = w.word

-- Which kinds of value, shared or not, an account shows; what lists call context does not count.
-- name: resolve_shows
SELECT u.account_id,
       max(CASE WHEN k.kind = 'email' THEN 1 ELSE 0 END) AS email,
       max(CASE WHEN k.kind = 'phone' THEN 1 ELSE 0 END) AS phone,
       max(CASE WHEN k.kind = 'device' THEN 1 ELSE 0 END) AS device
FROM account_value AS u
JOIN value_key AS k ON k.value_id = u.value_id
JOIN resolve_candidate AS c ON c.account_id = u.account_id
WHERE k.links AND k.kind IN ('email', 'phone', 'device')
GROUP BY u.account_id

-- name: identity_account
SELECT f.identity, k.account, k.account_id
FROM resolve_cluster AS c
JOIN account_key AS k ON k.account_id = c.account_id
JOIN resolve_founder AS f ON f.founder_id = c.founder_id

-- name: resolve_founder
SELECT k.account_id AS founder_id, k.account AS founder, k.first_obs AS founder_obs, ${identity} AS identity
FROM account_key AS k
JOIN resolve_cluster AS c ON c.account_id = k.account_id
WHERE c.founder_id = c.account_id

-- name: identity
SELECT f.identity, f.founder, f.founder_obs, CAST(n.accounts AS INTEGER) AS accounts
FROM resolve_founder AS f
JOIN (SELECT founder_id, count(*) AS accounts FROM resolve_cluster GROUP BY founder_id) AS n
  ON n.founder_id = f.founder_id

-- name: identity_link
SELECT a.account AS account_a, b.account AS account_b, p.value_id, p.band, p.llr, r.reason
FROM resolve_pair AS p
JOIN account_key AS a ON a.account_id = p.account_a
JOIN account_key AS b ON b.account_id = p.account_b
JOIN resolve_reason AS r ON r.mask = p.mask

-- name: bridge
SELECT a.account AS account_a, b.account AS account_b, p.llr, p.size_a, p.size_b, r.reason
FROM resolve_pair AS p
JOIN account_key AS a ON a.account_id = p.account_a
JOIN account_key AS b ON b.account_id = p.account_b
JOIN resolve_reason AS r ON r.mask = p.mask
WHERE p.bridge

-- name: resolve_before
SELECT DISTINCT p.identity AS old_identity, i.identity
FROM previous_identity_account AS p
JOIN identity_account AS i ON i.account = p.account

-- name: lineage
SELECT b.old_identity, b.identity,
       CASE WHEN b.old_identity = b.identity THEN 'kept' WHEN o.olds > 1 THEN 'merged' ELSE 'split' END AS change
FROM resolve_before AS b
JOIN (SELECT identity, count(*) AS olds FROM resolve_before GROUP BY identity) AS o ON o.identity = b.identity
UNION ALL
SELECT NULL AS old_identity, i.identity, 'new' AS change
FROM identity AS i
LEFT JOIN resolve_before AS b ON b.identity = i.identity
WHERE b.identity IS NULL AND EXISTS (SELECT 1 FROM previous_identity_account)
UNION ALL
SELECT DISTINCT p.identity AS old_identity, NULL AS identity, 'gone' AS change
FROM previous_identity_account AS p
LEFT JOIN resolve_before AS b ON b.old_identity = p.identity
WHERE b.old_identity IS NULL

-- name: resolve_said
SELECT ${finding} AS finding, s.kind, s.subject, s.value, s.score, s.n, s.query, s.pair
FROM (
  SELECT 'identity' AS kind, i.identity AS subject, CAST(i.accounts AS VARCHAR) AS value, l.score,
         CAST(i.accounts AS BIGINT) AS n, 'resolve.shared' AS query, CAST(NULL AS BIGINT) AS pair
  FROM identity AS i
  JOIN (
    SELECT a.identity, min(p.llr) AS score
    FROM resolve_pair AS p
    JOIN identity_account AS a ON a.account_id = p.account_a
    JOIN identity_account AS b ON b.account_id = p.account_b AND b.identity = a.identity
    WHERE p.band = 'link'
    GROUP BY a.identity
  ) AS l ON l.identity = i.identity
  UNION ALL
  SELECT CASE WHEN p.bridge THEN 'bridge' ELSE 'same_person_in_question' END AS kind, a.account AS subject,
         b.account AS value, p.llr AS score, CAST(2 AS BIGINT) AS n, 'resolve.shared' AS query, p.pair
  FROM resolve_pair AS p
  JOIN account_key AS a ON a.account_id = p.account_a
  JOIN account_key AS b ON b.account_id = p.account_b
  JOIN identity_account AS x ON x.account_id = p.account_a
  JOIN identity_account AS y ON y.account_id = p.account_b
  WHERE p.band = 'review' AND x.identity <> y.identity
) AS s

-- name: resolve_said_pair
SELECT s.finding, p.pair, p.account_a, p.account_b, p.mask
FROM resolve_said AS s
JOIN resolve_pair AS p ON p.pair = s.pair
UNION ALL
SELECT s.finding, p.pair, p.account_a, p.account_b, p.mask
FROM resolve_pair AS p
JOIN identity_account AS a ON a.account_id = p.account_a
JOIN identity_account AS b ON b.account_id = p.account_b AND b.identity = a.identity
JOIN resolve_said AS s ON s.subject = a.identity AND s.pair IS NULL

-- name: resolve_ground
SELECT t.finding, v.obs_a AS obs, r.role, r.weight, r.name AS reason
FROM resolve_said_pair AS t
JOIN resolve_pair_value AS v ON v.pair = t.pair
JOIN resolve_rule AS r ON r.bit = v.bit
UNION
SELECT t.finding, v.obs_b AS obs, r.role, r.weight, r.name AS reason
FROM resolve_said_pair AS t
JOIN resolve_pair_value AS v ON v.pair = t.pair
JOIN resolve_rule AS r ON r.bit = v.bit
UNION
SELECT t.finding, f.obs, r.role, r.weight, r.name AS reason
FROM resolve_said_pair AS t
JOIN resolve_rule AS r ON (t.mask & r.bit) <> 0 AND r.compared
JOIN resolve_profile AS f ON f.account_id = t.account_a
UNION
SELECT t.finding, f.obs, r.role, r.weight, r.name AS reason
FROM resolve_said_pair AS t
JOIN resolve_rule AS r ON (t.mask & r.bit) <> 0 AND r.compared
JOIN resolve_profile AS f ON f.account_id = t.account_b

-- name: resolve_support
SELECT finding, obs, role, weight, reason
FROM (
  SELECT g.*, row_number() OVER (PARTITION BY finding, role ORDER BY abs(weight) DESC, reason, obs) AS place
  FROM resolve_ground AS g
) AS ordered
WHERE place <= ${half}

-- name: resolve_finding
SELECT s.finding, 'resolve' AS step, CAST(${version} AS INTEGER) AS step_version, s.kind, s.subject, s.value, s.score,
       s.n, CAST(NULL AS TIMESTAMP) AS first_at, CAST(NULL AS TIMESTAMP) AS last_at, s.query
FROM resolve_said AS s

-- name: shared
SELECT k.account, u.obs
FROM account_value AS u
JOIN account_key AS k ON k.account_id = u.account_id
JOIN value_key AS v ON v.value_id = u.value_id
WHERE v.links
