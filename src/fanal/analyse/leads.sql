-- Statements of the step `leads`: the least that must be asked, of whom, and until when.

-- name: lead_identity
SELECT identity FROM identity_threshold WHERE meets

-- name: lead_account
SELECT a.identity, a.account_id, a.account
FROM identity_account AS a
JOIN lead_identity AS m ON m.identity = a.identity

-- name: lead_day
SELECT a.identity, d.ip_id, d.day, d.obs
FROM login_day AS d
JOIN lead_account AS a ON a.account_id = d.account_id
WHERE d.anonymiser IS NULL

-- name: lead_top
SELECT identity, ip_id
FROM (
  SELECT identity, ip_id, row_number() OVER (PARTITION BY identity ORDER BY days DESC, last_day DESC, ip_id) AS place
  FROM (
    SELECT identity, ip_id, count(DISTINCT day) AS days, max(day) AS last_day
    FROM lead_day GROUP BY identity, ip_id
  ) AS used
) AS numbered
WHERE place <= ${top}

-- name: lead_newest
SELECT identity, ip_id, obs
FROM (
  SELECT d.identity, d.ip_id, d.obs,
         row_number() OVER (PARTITION BY d.identity, d.ip_id ORDER BY d.day DESC, d.obs DESC) AS place
  FROM lead_day AS d
  JOIN lead_top AS t ON t.identity = d.identity AND t.ip_id = d.ip_id
) AS numbered
WHERE place <= ${newest}

-- name: lead_login
SELECT n.identity, n.ip_id, l.obs, l.at, l.src_port
FROM login AS l
JOIN lead_newest AS n ON n.obs = l.obs
WHERE l.at IS NOT NULL

-- name: lead_address
SELECT o.identity, coalesce(i.holder, 'AS' || CAST(i.asn AS VARCHAR), 'unknown') AS addressee, 'address' AS kind,
       CASE WHEN o.src_port IS NULL THEN 'who_used_address_without_port' ELSE 'who_used_address_and_port' END AS ask,
       i.ip AS address, o.src_port AS port, o.at, o.at AS kept_from, i.country, o.obs
FROM (
  SELECT l.*, row_number() OVER (
           PARTITION BY identity, ip_id ORDER BY CASE WHEN src_port IS NULL THEN 1 ELSE 0 END, "at" DESC, obs) AS place
  FROM lead_login AS l
) AS o
JOIN address AS i ON i.ip_id = o.ip_id
WHERE o.place = 1

-- name: lead_value
SELECT identity, kind, norm, obs, last_at
FROM (
  SELECT a.identity, k.kind, k.norm, min(u.obs) AS obs, max(u.last_at) AS last_at,
         row_number() OVER (PARTITION BY a.identity, k.kind ORDER BY sum(u.n) DESC, k.norm) AS place
  FROM account_value AS u
  JOIN lead_account AS a ON a.account_id = u.account_id
  JOIN value_key AS k ON k.value_id = u.value_id
  WHERE (k.kind = 'crypto_address' AND (k.context IS NULL OR k.context IN ('custodial', 'processor')))
     OR (k.kind = 'email' AND k.context IS NULL)
  GROUP BY a.identity, k.kind, k.norm
) AS numbered
WHERE place <= ${top}

-- name: lead_holder
-- Whom a list names; the edition in force before older ones.
SELECT kind, norm, context, holder
FROM (
  SELECT k.kind, k.norm, h.context, h.holder,
         row_number() OVER (
           PARTITION BY k.kind, k.norm
           ORDER BY CASE WHEN h.until IS NULL THEN 0 ELSE 1 END, h.list, h.edition DESC, h.holder) AS place
  FROM value_listed AS h
  JOIN value_key AS k ON k.value_id = h.value_id
  WHERE h.holder IS NOT NULL
) AS numbered
WHERE place = 1

-- name: lead_answered
SELECT DISTINCT k.kind, k.norm
FROM account_value AS u
JOIN value_key AS k ON k.value_id = u.value_id
JOIN account_key AS a ON a.account_id = u.account_id
JOIN account AS c ON c.account = a.account
WHERE c.name_source = 'provider' AND k.kind = 'crypto_address'

-- name: lead_held
SELECT v.identity,
       CASE WHEN v.kind = 'email' THEN substr(v.norm, strpos(v.norm, '@') + 1) ELSE coalesce(h.holder, 'unknown') END
         AS addressee,
       CASE WHEN v.kind = 'email' THEN 'mailbox' ELSE 'wallet' END AS kind,
       CASE WHEN v.kind = 'email' THEN 'who_holds_mailbox'
            WHEN h.holder IS NULL THEN 'trace_wallet'
            WHEN h.context = 'processor' THEN 'who_paid_through_processor' ELSE 'who_holds_wallet' END AS ask,
       v.norm AS address, CAST(NULL AS BIGINT) AS port, v.last_at AS "at",
       coalesce(v.last_at, s.last_at) AS kept_from, CAST(NULL AS VARCHAR) AS country, v.obs
FROM lead_value AS v
LEFT JOIN lead_holder AS h ON h.kind = v.kind AND h.norm = v.norm
LEFT JOIN lead_answered AS d ON d.kind = v.kind AND d.norm = v.norm
LEFT JOIN lead_last_seen AS s ON s.identity = v.identity
WHERE d.norm IS NULL

-- name: lead_last_seen
SELECT identity, CAST(max(day) AS TIMESTAMP) AS last_at FROM lead_day GROUP BY identity

-- name: lead
SELECT ${lead} AS lead, l.identity, l.addressee, l.kind, l.ask, l.address, l.port, l.at,
       l.kept_from + to_days(CAST(coalesce(r.days, e.days) AS INTEGER)) AS perishes_at, l.obs
FROM (SELECT * FROM lead_address UNION ALL SELECT * FROM lead_held) AS l
JOIN lead_retention AS e ON e.kind = l.kind AND e.country = ''
LEFT JOIN lead_retention AS r ON r.kind = l.kind AND r.country = l.country

-- name: leads_finding
SELECT lead AS finding, 'leads' AS step, CAST(${version} AS INTEGER) AS step_version, 'lead' AS kind,
       identity AS subject, ask AS value, CAST(NULL AS DOUBLE) AS score, CAST(1 AS BIGINT) AS n, "at" AS first_at,
       "at" AS last_at, CAST(NULL AS VARCHAR) AS query
FROM lead

-- name: leads_support
SELECT lead AS finding, obs, 'for' AS role, CAST(1 AS DOUBLE) AS weight, ask AS reason FROM lead
