-- Integer ids for accounts, values and addresses. Every later join is on them.

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

-- A list names a value, or with "@" every mailbox of a host; the first context in the order of its letters speaks.
-- name: normalise_context
SELECT kind, norm, min(context) AS context
FROM (
  SELECT v.kind, v.norm, l.context
  FROM (SELECT DISTINCT kind, norm FROM identifier WHERE norm IS NOT NULL) AS v
  JOIN normalise_list AS l ON l.kind = v.kind AND l.norm = v.norm
  UNION ALL
  SELECT v.kind, v.norm, l.context
  FROM (SELECT DISTINCT kind, norm, '@' || split_part(norm, '@', 2) AS host FROM identifier WHERE kind = 'email') AS v
  JOIN normalise_list AS l ON l.kind = 'email' AND l.norm = v.host
) AS listed
GROUP BY kind, norm

-- name: value_key
SELECT row_number() OVER (ORDER BY v.kind, v.norm) - 1 AS value_id, v.kind, v.norm,
       c.context IS NULL AND v.kind NOT IN (${never}) AS links,
       coalesce(c.context, CASE WHEN v.kind IN (${never}) THEN 'kind_never_links' END) AS context
FROM (SELECT DISTINCT kind, norm FROM identifier WHERE norm IS NOT NULL AND kind IN (${known})) AS v
LEFT JOIN normalise_context AS c ON c.kind = v.kind AND c.norm = v.norm

-- name: account_value
SELECT a.account_id, v.value_id, i.relation, min(i.obs) AS obs, min(i.observed_at) AS first_at,
       max(i.observed_at) AS last_at, count(*) AS n
FROM identifier AS i
JOIN account_key AS a ON a.account = i.account
JOIN value_key AS v ON v.kind = i.kind AND v.norm = i.norm
GROUP BY a.account_id, v.value_id, i.relation

-- name: normalise_ip
SELECT DISTINCT ip FROM login WHERE ip IS NOT NULL

-- An address that a list names goes before its network.
-- name: normalise_listed_address
SELECT ip, min(context) AS context
FROM (
  SELECT a.ip, l.context
  FROM normalise_located AS a
  JOIN normalise_list AS l ON l.kind = 'ip' AND l.norm = a.ip
) AS named
GROUP BY ip

-- name: address
SELECT row_number() OVER (ORDER BY a.family, a.number, a.ip) - 1 AS ip_id, a.ip, a.family, a.number, a.country, a.asn,
       a.holder, coalesce(l.context, n.context) AS anonymiser
FROM normalise_located AS a
LEFT JOIN normalise_listed_address AS l ON l.ip = a.ip
LEFT JOIN (
  SELECT TRY_CAST(norm AS BIGINT) AS asn, min(context) AS context FROM normalise_list WHERE kind = 'asn' GROUP BY norm
) AS n ON n.asn = a.asn

-- name: login_day
SELECT account_id, ip_id, day, CAST(bit_or(hour) AS INTEGER) AS hour_mask, CAST(count(*) AS INTEGER) AS n, min(obs) AS obs
FROM (
  SELECT a.account_id, i.ip_id, CAST(l.at AS DATE) AS day, CAST(1 AS INTEGER) << CAST(hour(l.at) AS INTEGER) AS hour, l.obs
  FROM login AS l
  JOIN account_key AS a ON a.account = l.account
  JOIN address AS i ON i.ip = l.ip
  WHERE l.at IS NOT NULL AND coalesce(l.success, TRUE)
) AS plain
GROUP BY account_id, ip_id, day

-- name: identifier_by_norm
SELECT norm, kind, account, value, relation, observed_at, obs FROM identifier

-- name: login_by_ip
SELECT l.ip, l.at, l.account, l.src_port, l.obs FROM login AS l

-- name: normalise_account
SELECT (SELECT count(*) FROM account_key) AS accounts,
       (SELECT count(*) FROM value_key) AS "values",
       (SELECT count(*) FROM value_key WHERE context IS NOT NULL AND context <> 'kind_never_links') AS "listed values",
       (SELECT count(*) FROM identifier WHERE norm IS NULL) AS "identifiers without normal form",
       (SELECT count(*) FROM address) AS addresses,
       (SELECT count(*) FROM address WHERE country IS NULL) AS "addresses without country",
       (SELECT count(*) FROM address WHERE anonymiser IS NOT NULL) AS "anonymising addresses"
