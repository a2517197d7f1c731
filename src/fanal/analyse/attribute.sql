-- What the step `attribute` takes from the lake, and the tables that it makes of its answers.

-- name: attribute_written
SELECT w.written, min(n.code) AS code
FROM (SELECT DISTINCT stated_country AS written FROM account WHERE stated_country IS NOT NULL) AS w
JOIN attribute_name AS n ON lower(strip_accents(n.written)) = lower(strip_accents(trim(w.written)))
GROUP BY w.written

-- A language tag: the language, and the region where it names one ("es-AR").
-- name: attribute_tag
SELECT t.tag, l.code AS language, c.code AS region
FROM (
  SELECT language AS tag, lower(regexp_extract(trim(language), '^([A-Za-z]{2})(?:$|[-_])', 1)) AS language,
         upper(regexp_extract(trim(language), '^[A-Za-z]{2,3}[-_](?:[A-Za-z]{4}[-_])?([A-Za-z]{2})$', 1)) AS region
  FROM (SELECT DISTINCT language FROM account WHERE language IS NOT NULL) AS each
) AS t
JOIN attribute_language AS l ON l.language = t.language
LEFT JOIN attribute_country AS c ON c.country = t.region

-- name: attribute_clock
SELECT w.time_zone, z.code
FROM (SELECT DISTINCT time_zone FROM account WHERE time_zone IS NOT NULL) AS w
JOIN attribute_zone AS z ON z.zone = trim(w.time_zone)

-- name: attribute_account
SELECT m.account_id, a.obs, CASE WHEN a.name_source = 'provider' THEN 1 ELSE 0 END AS checked, w.code AS stated,
       t.language, t.region, z.code AS zone
FROM account AS a
JOIN identity_account AS m ON m.account = a.account
LEFT JOIN attribute_written AS w ON w.written = a.stated_country
LEFT JOIN attribute_tag AS t ON t.tag = a.language
LEFT JOIN attribute_clock AS z ON z.time_zone = a.time_zone
WHERE w.code IS NOT NULL OR t.language IS NOT NULL OR z.code IS NOT NULL

-- name: attribute_norm
SELECT value_id, norm FROM value_key WHERE kind = 'phone' AND context IS NULL

-- name: attribute_speaking
SELECT n.value_id, 0 AS kind, c.code
FROM attribute_number AS n
JOIN attribute_country AS c ON c.country = n.country
UNION ALL
SELECT k.value_id, 1 AS kind, d.code
FROM value_key AS k
JOIN attribute_domain AS d ON d.domain = regexp_extract(k.norm, '[.]([a-z]{2})$', 1)
WHERE k.kind = 'email' AND k.context IS NULL

-- A number written without calling code was read with a country that the user stated.
-- name: attribute_national
SELECT obs FROM identifier WHERE kind = 'phone' AND regexp_matches(trim(value), '^[A-Za-z]{2}:')

-- name: attribute_use
SELECT u.account_id, u.value_id, u.obs, s.code, s.kind, CASE WHEN n.obs IS NULL THEN 0 ELSE 1 END AS national
FROM account_value AS u
JOIN attribute_speaking AS s ON s.value_id = u.value_id
LEFT JOIN attribute_national AS n ON n.obs = u.obs

-- name: attribute_place
SELECT a.ip_id, c.code, a.asn
FROM address AS a
LEFT JOIN attribute_country AS c ON c.country = a.country

-- A day behind an anonymiser of a list is a day somewhere: -1.
-- name: attribute_login
SELECT account_id, CASE WHEN anonymiser IS NULL THEN ip_id ELSE -1 END AS ip_id, day, hour_mask, obs FROM login_day

-- What officers decided. Accounts of one identity whose words contradict each other leave it undetermined.
-- name: attribute_decided
SELECT i.identity, CASE WHEN count(DISTINCT w.country) = 1 THEN nullif(min(w.country), '') END AS country
FROM attribute_word AS w
JOIN identity_account AS i ON i.account = w.account
GROUP BY i.identity

-- name: identity_country
SELECT i.identity, c.country, p.probability, CAST(p.rank AS INTEGER) AS rank
FROM attribute_posterior AS p
JOIN attribute_identity AS i ON i.iid = p.iid
JOIN attribute_country AS c ON c.code = p.code
LEFT JOIN attribute_decided AS d ON d.identity = i.identity
WHERE d.country IS NULL
UNION ALL
SELECT identity, country, CAST(1 AS DOUBLE) AS probability, CAST(1 AS INTEGER) AS rank
FROM attribute_decided
WHERE country IS NOT NULL

-- name: identity_origin
SELECT i.identity, CASE WHEN d.identity IS NULL THEN a.undetermined ELSE d.country IS NULL END AS undetermined,
       CASE WHEN d.identity IS NULL THEN a.words WHEN d.country IS NULL THEN 'undetermined' ELSE 'decided' END AS words,
       CASE WHEN d.identity IS NULL THEN c.country ELSE d.country END AS country,
       CASE WHEN d.country IS NULL THEN a.probability ELSE CAST(1 AS DOUBLE) END AS probability,
       CASE WHEN d.identity IS NULL THEN a.would_change ELSE '' END AS would_change
FROM attribute_answer AS a
JOIN attribute_identity AS i ON i.iid = a.iid
LEFT JOIN attribute_country AS c ON c.code = a.code
LEFT JOIN attribute_decided AS d ON d.identity = i.identity

-- A finding says the best country, or with an empty value that what was seen determines none.
-- name: attribute_said
SELECT ${finding} AS finding, s.iid, s.identity, s.country, s.probability, s.n
FROM (
  SELECT a.iid, i.identity, c.country, a.probability, a.n
  FROM attribute_answer AS a
  JOIN attribute_identity AS i ON i.iid = a.iid
  LEFT JOIN attribute_country AS c ON c.code = a.code
  WHERE a.n > 0
) AS s

-- name: attribute_finding
SELECT finding, 'attribute' AS step, CAST(${version} AS INTEGER) AS step_version, 'country' AS kind, identity AS subject,
       country AS value, probability AS score, n, CAST(NULL AS TIMESTAMP) AS first_at,
       CAST(NULL AS TIMESTAMP) AS last_at, 'attribute.country_rows' AS query
FROM attribute_said

-- name: attribute_support
SELECT s.finding, g.obs, r.role, g.weight, k.reason
FROM attribute_ground AS g
JOIN attribute_said AS s ON s.iid = g.iid
JOIN attribute_role AS r ON r.code = g.role
JOIN attribute_reason AS k ON k.code = g.reason

-- name: unlisted_anonymiser
SELECT h.kind, CASE WHEN h.kind = 'ip' THEN a.ip ELSE h.value END AS value, c.country, h.users, h.elsewhere, h.named
FROM attribute_hidden AS h
LEFT JOIN attribute_country AS c ON c.code = h.code
LEFT JOIN address AS a ON a.ip_id = h.ip_id

-- Every row behind the countries of accounts: statements, numbers, mailboxes, logins from addresses on no list.
-- name: country_rows
SELECT account, obs FROM account
UNION ALL
SELECT account, obs FROM identifier WHERE kind IN ('phone', 'email') AND norm IS NOT NULL
UNION ALL
SELECT l.account, l.obs
FROM login AS l
JOIN address AS a ON a.ip = l.ip
LEFT JOIN address_listed AS h ON h.ip_id = a.ip_id AND CAST(l.at AS DATE) >= h.since AND CAST(l.at AS DATE) < h.until
WHERE h.ip_id IS NULL AND a.country IS NOT NULL AND coalesce(l.success, TRUE)
