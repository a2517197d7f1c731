-- Integer ids for accounts, values and addresses. Every later join is on them.

-- name: gather_named
SELECT ${column} AS account, obs FROM "${table}"

-- How many accounts there may be, without a kind, and how many values of each kind.
-- name: gather_room
SELECT CAST(NULL AS VARCHAR) AS kind, count(*) AS n FROM account
UNION ALL SELECT kind, count(*) FROM identifier WHERE kind IS NOT NULL GROUP BY kind

-- name: gather_identifier
SELECT account, kind, norm, relation, observed_at, obs FROM identifier

-- name: gather_login
SELECT account, ip, "at", success, obs FROM login

-- Who writes a tip is a witness, not a suspect: senders of mail (platform `mail`) stay out of what follows.
-- name: account_key
SELECT row_number() OVER (ORDER BY first_obs, account) - 1 AS account_id, account, first_obs
FROM (
  SELECT account, min(obs) AS first_obs
  FROM (
    SELECT account, min(obs) AS obs FROM account GROUP BY account
    UNION ALL SELECT account, min(obs) FROM identifier GROUP BY account
    UNION ALL SELECT account, min(obs) FROM login GROUP BY account
    UNION ALL SELECT account, min(obs) FROM membership GROUP BY account
    UNION ALL SELECT by_account, min(obs) FROM membership GROUP BY by_account
    UNION ALL SELECT account, min(obs) FROM message GROUP BY account
    UNION ALL SELECT account, min(obs) FROM share GROUP BY account
    UNION ALL SELECT account, min(obs) FROM payment GROUP BY account
    UNION ALL SELECT account, min(obs) FROM link GROUP BY account
  ) AS named
  WHERE account IS NOT NULL AND account NOT LIKE 'mail:%'
  GROUP BY account
) AS once

-- name: normalise_value
SELECT row_number() OVER (ORDER BY kind, norm) - 1 AS value_id, kind, norm
FROM (SELECT DISTINCT kind, norm FROM identifier WHERE norm IS NOT NULL AND kind IN (${known})) AS v

-- A list names a value, or with "@" every mailbox of a host; the first context in the order of its letters speaks.
-- name: normalise_context
SELECT value_id, min(context) AS context
FROM (
  SELECT v.value_id, l.context
  FROM (SELECT value_id, kind, norm FROM normalise_value WHERE kind IN (${listed})) AS v
  JOIN normalise_list AS l ON l.kind = v.kind AND l.norm = v.norm
  UNION ALL
  SELECT v.value_id, l.context
  FROM (SELECT value_id, '@' || split_part(norm, '@', 2) AS host FROM normalise_value WHERE kind = 'email') AS v
  JOIN normalise_list AS l ON l.kind = 'email' AND l.norm = v.host
) AS listed
GROUP BY value_id

-- name: value_key
SELECT v.value_id, v.kind, v.norm,
       c.context IS NULL AND v.kind NOT IN (${never}) AS links,
       coalesce(c.context, CASE WHEN v.kind IN (${never}) THEN 'kind_never_links' END) AS context
FROM normalise_value AS v
LEFT JOIN normalise_context AS c ON c.value_id = v.value_id

-- name: account_value
SELECT a.account_id, v.value_id, i.relation, min(i.obs) AS obs, min(i.observed_at) AS first_at,
       max(i.observed_at) AS last_at, count(*) AS n
FROM identifier AS i
JOIN account_key AS a ON a.account = i.account
JOIN normalise_value AS v ON v.kind = i.kind AND v.norm = i.norm
GROUP BY a.account_id, v.value_id, i.relation

-- Below: values that a list names on some days only. A use without date counts as one of those days.
-- name: normalise_dated_value
SELECT k.value_id, k.kind, k.norm, l.context, l.since, l.until
FROM value_key AS k
JOIN normalise_dated AS l ON l.kind = k.kind AND l.norm = k.norm
WHERE k.context IS NULL
UNION
SELECT k.value_id, k.kind, k.norm, l.context, l.since, l.until
FROM (
  SELECT value_id, kind, norm, '@' || split_part(norm, '@', 2) AS host FROM value_key
  WHERE kind = 'email' AND context IS NULL
) AS k
JOIN normalise_dated AS l ON l.kind = 'email' AND l.norm = k.host

-- name: normalise_dated_use
SELECT i.obs, d.value_id, min(d.context) AS context
FROM identifier AS i
JOIN normalise_dated_value AS d ON d.kind = i.kind AND d.norm = i.norm
WHERE i.observed_at IS NULL OR ((d.since IS NULL OR CAST(i.observed_at AS DATE) >= d.since)
                                AND (d.until IS NULL OR CAST(i.observed_at AS DATE) < d.until))
GROUP BY i.obs, d.value_id

-- name: normalise_dated_key
SELECT u.value_id AS old_id, u.context,
       (SELECT count(*) FROM value_key) + row_number() OVER (ORDER BY u.value_id, u.context) - 1 AS value_id
FROM (SELECT DISTINCT value_id, context FROM normalise_dated_use) AS u

-- name: normalise_dated_account
SELECT a.account_id, coalesce(n.value_id, k.value_id) AS value_id, i.relation, min(i.obs) AS obs,
       min(i.observed_at) AS first_at, max(i.observed_at) AS last_at, count(*) AS n
FROM identifier AS i
JOIN account_key AS a ON a.account = i.account
JOIN (SELECT DISTINCT value_id, kind, norm FROM normalise_dated_value) AS k ON k.kind = i.kind AND k.norm = i.norm
LEFT JOIN normalise_dated_use AS u ON u.obs = i.obs AND u.value_id = k.value_id
LEFT JOIN normalise_dated_key AS n ON n.old_id = u.value_id AND n.context = u.context
GROUP BY a.account_id, coalesce(n.value_id, k.value_id), i.relation

-- name: account_value_by_day
SELECT v.*
FROM account_value AS v
WHERE v.value_id NOT IN (SELECT value_id FROM normalise_dated_value)
UNION ALL
SELECT account_id, value_id, relation, obs, first_at, last_at, n FROM normalise_dated_account

-- A value with uses inside and outside of those days has two rows: one that links and one that does not.
-- name: value_key_by_day
SELECT k.*
FROM value_key AS k
WHERE k.value_id NOT IN (SELECT value_id FROM normalise_dated_value)
   OR k.value_id IN (SELECT value_id FROM normalise_dated_account)
UNION ALL
SELECT n.value_id, k.kind, k.norm, FALSE AS links, n.context
FROM normalise_dated_key AS n
JOIN value_key AS k ON k.value_id = n.old_id

-- Which list says of a value what stands in value_key.context.
-- name: value_listed
SELECT k.value_id, l.context, l.name AS list, l.edition, l.holder, l.since, l.until
FROM (SELECT value_id, kind, norm, context FROM value_key WHERE context IS NOT NULL AND kind IN (${listed})) AS k
JOIN normalise_every AS l ON l.kind = k.kind AND l.norm = k.norm AND l.context = k.context
UNION
SELECT k.value_id, l.context, l.name AS list, l.edition, l.holder, l.since, l.until
FROM (
  SELECT value_id, kind, context, '@' || split_part(norm, '@', 2) AS host FROM value_key
  WHERE kind = 'email' AND context IS NOT NULL
) AS k
JOIN normalise_every AS l ON l.kind = 'email' AND l.norm = k.host AND l.context = k.context

-- name: normalise_ip
SELECT DISTINCT ip FROM login WHERE ip IS NOT NULL

-- Of an address whose answer changes with the editions of a list, `anonymiser` is the last one.
-- name: address
SELECT row_number() OVER (ORDER BY a.family, a.number, a.ip) - 1 AS ip_id, a.ip, a.family, a.number, a.country, a.asn,
       a.holder, l.anonymiser
FROM normalise_located AS a
LEFT JOIN normalise_hidden AS l ON l.ip = a.ip AND l.until = DATE '9999-12-31'

-- The days on which a list names an address; until is not one of them.
-- name: address_listed
SELECT a.ip_id, l.since, l.until, l.anonymiser, l.list, l.edition
FROM normalise_hidden AS l
JOIN address AS a ON a.ip = l.ip

-- name: login_day
SELECT d.account_id, d.ip_id, d.day, d.hour_mask, d.n, d.obs, l.anonymiser
FROM (
  SELECT account_id, ip_id, day, CAST(bit_or(hour) AS INTEGER) AS hour_mask, CAST(count(*) AS INTEGER) AS n, min(obs) AS obs
  FROM (
    SELECT a.account_id, i.ip_id, CAST(l.at AS DATE) AS day, CAST(1 AS INTEGER) << CAST(hour(l.at) AS INTEGER) AS hour, l.obs
    FROM login AS l
    JOIN account_key AS a ON a.account = l.account
    JOIN address AS i ON i.ip = l.ip
    WHERE l.at IS NOT NULL AND coalesce(l.success, TRUE)
  ) AS plain
  GROUP BY account_id, ip_id, day
) AS d
LEFT JOIN address_listed AS l ON l.ip_id = d.ip_id AND d.day >= l.since AND d.day < l.until

-- name: normalise_account
SELECT (SELECT count(*) FROM account_key) AS accounts,
       (SELECT count(*) FROM value_key) AS "values",
       (SELECT count(*) FROM value_key WHERE context IS NOT NULL AND context <> 'kind_never_links') AS "listed values",
       (SELECT count(*) FROM identifier WHERE norm IS NULL) AS "identifiers without normal form",
       (SELECT count(*) FROM address) AS addresses,
       (SELECT count(*) FROM address WHERE country IS NULL) AS "addresses without country",
       (SELECT count(*) FROM address WHERE anonymiser IS NOT NULL) AS "anonymising addresses",
       (SELECT count(*) FROM list_edition) AS "editions of lists"
