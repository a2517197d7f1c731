-- Identity to countries: one vote per kind of evidence, however many rows it rests on.

-- name: attribute_name
SELECT lower(strip_accents(written)) AS written, min(country) AS country
FROM attribute_name_written
GROUP BY lower(strip_accents(written))

-- name: attribute_identity
SELECT row_number() OVER (ORDER BY identity) - 1 AS iid, identity FROM identity

-- name: attribute_member
SELECT i.iid, m.account_id, m.account
FROM identity_account AS m
JOIN attribute_identity AS i ON i.identity = m.identity

-- A number written without calling code was read with a country that the user stated.
-- name: attribute_number
SELECT DISTINCT m.iid, k.norm, u.obs,
       CASE WHEN regexp_matches(trim(i.value), '^[A-Za-z]{2}:') THEN 'phone_national' ELSE 'phone' END AS kind
FROM account_value AS u
JOIN value_key AS k ON k.value_id = u.value_id
JOIN attribute_member AS m ON m.account_id = u.account_id
JOIN identifier AS i ON i.obs = u.obs
WHERE k.kind = 'phone' AND k.context IS NULL

-- name: attribute_norm
SELECT DISTINCT norm FROM attribute_number

-- name: attribute_phone
SELECT n.iid, n.kind, c.country, count(DISTINCT n.norm) AS n, min(n.obs) AS obs, max(n.obs) AS other
FROM attribute_number AS n
JOIN attribute_number_country AS c ON c.norm = n.norm
WHERE c.country IS NOT NULL
GROUP BY n.iid, n.kind, c.country

-- Days of the last half year that was seen: where an identity lives now, not where it once registered.
-- name: attribute_home
SELECT iid, 'home_address' AS kind, country, count(DISTINCT day) AS n, min(obs) AS obs, max(obs) AS other
FROM (
  SELECT m.iid, a.country, l.day, l.obs, max(l.day) OVER (PARTITION BY m.iid) AS last_day
  FROM login_day AS l
  JOIN address AS a ON a.ip_id = l.ip_id
  JOIN attribute_member AS m ON m.account_id = l.account_id
  WHERE l.anonymiser IS NULL AND a.country IS NOT NULL
) AS seen
WHERE date_diff('day', day, last_day) < ${recent}
GROUP BY iid, country

-- name: attribute_mail
SELECT m.iid, 'mail_country' AS kind, d.country, count(DISTINCT k.value_id) AS n, min(u.obs) AS obs, max(u.obs) AS other
FROM value_key AS k
JOIN attribute_domain AS d ON d.domain = regexp_extract(k.norm, '[.]([a-z]{2})$', 1)
JOIN account_value AS u ON u.value_id = k.value_id
JOIN attribute_member AS m ON m.account_id = u.account_id
WHERE k.kind = 'email' AND k.context IS NULL
GROUP BY m.iid, d.country

-- name: attribute_account
SELECT m.iid, a.obs, a.name_source, lower(strip_accents(trim(a.stated_country))) AS written,
       lower(regexp_extract(trim(a.language), '^([A-Za-z]{2})(?:$|[-_])', 1)) AS language,
       upper(regexp_extract(trim(a.language), '^[A-Za-z]{2,3}[-_](?:[A-Za-z]{4}[-_])?([A-Za-z]{2})$', 1)) AS region,
       trim(a.time_zone) AS zone
FROM account AS a
JOIN attribute_member AS m ON m.account = a.account

-- name: attribute_stated
SELECT a.iid, CASE WHEN a.name_source = 'provider' THEN 'kyc' ELSE 'stated_country' END AS kind, c.country,
       count(*) AS n, min(a.obs) AS obs, max(a.obs) AS other
FROM attribute_account AS a
JOIN attribute_name AS c ON c.written = a.written
GROUP BY a.iid, CASE WHEN a.name_source = 'provider' THEN 'kyc' ELSE 'stated_country' END, c.country

-- name: attribute_zone
SELECT a.iid, 'time_zone' AS kind, z.country, count(*) AS n, min(a.obs) AS obs, max(a.obs) AS other
FROM attribute_account AS a
JOIN attribute_zone_country AS z ON z.zone = a.zone
GROUP BY a.iid, z.country

-- Kinds that name countries of their own; a phone's or a stated country's share is what part of its rows names it.
-- name: attribute_named
SELECT iid, kind, country, n, obs, other,
       CAST(n AS DOUBLE) / CAST(sum(n) OVER (PARTITION BY iid, kind) AS DOUBLE) AS share,
       sum(n) OVER (PARTITION BY iid, kind) AS all_n
FROM (
  SELECT * FROM attribute_phone
  UNION ALL SELECT * FROM attribute_home
  UNION ALL SELECT * FROM attribute_mail
  UNION ALL SELECT * FROM attribute_stated
  UNION ALL SELECT * FROM attribute_zone
) AS named

-- A language names a country by its region ("es-AR"), or every country where it is official.
-- name: attribute_spoken
SELECT iid, 'language' AS kind, country, min(obs) AS obs, max(obs) AS other, sum(share) / min(accounts) AS share,
       count(DISTINCT obs) AS n, min(few) AS few
FROM (
  SELECT s.iid, l.country, s.obs, s.accounts,
         CASE WHEN s.region = '' THEN l.share WHEN s.region = l.country THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END AS share,
         CASE WHEN l.share * ${few} >= 1 OR s.region <> '' THEN 1 ELSE 0 END AS few
  FROM (
    SELECT a.iid, a.obs, a.language, a.region, count(*) OVER (PARTITION BY a.iid) AS accounts
    FROM attribute_account AS a
    WHERE a.language <> ''
  ) AS s
  JOIN attribute_language AS l ON l.language = s.language
) AS each
WHERE share > 0
GROUP BY iid, country

-- name: attribute_candidate
SELECT DISTINCT iid, country
FROM (
  SELECT iid, country FROM attribute_named
  UNION ALL SELECT iid, country FROM attribute_spoken WHERE few = 1
) AS any_kind

-- name: attribute_quiet
SELECT m.iid, ${hours}
FROM login_day AS l
JOIN attribute_member AS m ON m.account_id = l.account_id
GROUP BY m.iid

-- name: attribute_vote
SELECT iid, kind, country, n, all_n, obs, other, share FROM attribute_named
UNION ALL
SELECT s.iid, s.kind, s.country, s.n, s.n AS all_n, s.obs, s.other, s.share
FROM attribute_spoken AS s
JOIN attribute_candidate AS c ON c.iid = s.iid AND c.country = s.country
UNION ALL
SELECT q.iid, 'hours' AS kind, c.country, q.n, q.n AS all_n, CAST(NULL AS BIGINT) AS obs, CAST(NULL AS BIGINT) AS other,
       ${night} AS share
FROM attribute_quiet_hour AS q
JOIN attribute_candidate AS c ON c.iid = q.iid
JOIN attribute_offset AS o ON o.country = c.country AND o.quiet = q.quiet
WHERE NOT EXISTS (SELECT 1 FROM attribute_named AS z WHERE z.iid = q.iid AND z.kind = 'time_zone')

-- One vote as a natural-log likelihood ratio against a country that no evidence names.
-- name: attribute_weighed
SELECT v.iid, v.kind, v.source, v.country, v.n, v.obs, v.other,
       ln((v.share * v.trusted + (1 - v.trusted) / ${alike}) / ((1 - v.trusted) / ${alike})) AS llr
FROM (
  SELECT w.*, e.source, e.reliability * (w.all_n / (w.all_n + e.half)) AS trusted
  FROM attribute_vote AS w
  JOIN attribute_evidence AS e ON e.kind = w.kind
) AS v

-- Kinds of one source (what the user brought along, what was seen, what was checked) go stale together: beyond its
-- strongest kind a source gains in part, and no source passes the cap.
-- name: attribute_source
SELECT iid, country, source, max(llr) AS most, sum(llr) AS whole,
       least(max(llr) + ${shared} * (sum(llr) - max(llr)), greatest(max(llr), ${cap})) AS weight
FROM attribute_weighed
GROUP BY iid, country, source

-- name: attribute_total
SELECT iid, country, max(weight) + ${shared} * (sum(weight) - max(weight)) AS total
FROM attribute_source
GROUP BY iid, country

-- name: attribute_posterior
SELECT iid, country, total, exp(total) / whole AS probability, whole,
       row_number() OVER (PARTITION BY iid ORDER BY total DESC, country) AS rank
FROM (
  SELECT iid, country, total,
         sum(exp(total)) OVER (PARTITION BY iid) + greatest(${alike} - count(*) OVER (PARTITION BY iid), 1) AS whole
  FROM attribute_total
) AS weighed

-- name: attribute_best
SELECT iid, max(CASE WHEN rank = 1 THEN country END) AS country, max(CASE WHEN rank = 1 THEN total END) AS total,
       max(CASE WHEN rank = 1 THEN probability END) AS probability, max(whole) AS whole,
       coalesce(max(CASE WHEN rank = 2 THEN total END), 0) AS next_total
FROM attribute_posterior
GROUP BY iid

-- How much of the best country's weight would be lost without one of its kinds.
-- name: attribute_part
SELECT k.iid, k.kind, k.country,
       t.total - (greatest(k.weight, coalesce(o.most, 0))
                  + ${shared} * (k.weight + coalesce(o.whole, 0) - greatest(k.weight, coalesce(o.most, 0)))) AS part
FROM (
  SELECT w.iid, w.kind, w.country, w.source,
         least(w.rest_most + ${shared} * (s.whole - w.llr - w.rest_most), greatest(w.rest_most, ${cap})) AS weight
  FROM (
    SELECT iid, kind, country, source, llr,
           CASE WHEN place = 1 THEN coalesce(after, 0) ELSE first END AS rest_most
    FROM (
      SELECT iid, kind, country, source, llr,
             row_number() OVER (PARTITION BY iid, country, source ORDER BY llr DESC, kind) AS place,
             lead(llr) OVER (PARTITION BY iid, country, source ORDER BY llr DESC, kind) AS after,
             max(llr) OVER (PARTITION BY iid, country, source) AS first
      FROM attribute_weighed
    ) AS placed
  ) AS w
  JOIN attribute_source AS s ON s.iid = w.iid AND s.country = w.country AND s.source = w.source
) AS k
JOIN attribute_best AS t ON t.iid = k.iid AND t.country = k.country
LEFT JOIN (
  SELECT a.iid, a.country, a.source, max(b.weight) AS most, sum(b.weight) AS whole
  FROM attribute_source AS a
  JOIN attribute_source AS b ON b.iid = a.iid AND b.country = a.country AND b.source <> a.source
  GROUP BY a.iid, a.country, a.source
) AS o ON o.iid = k.iid AND o.country = k.country AND o.source = k.source

-- What the answer rests on: without it, the best country would be no more than undetermined.
-- name: attribute_rests
SELECT iid, string_agg('rests_on:' || kind, ' ' ORDER BY kind) AS codes
FROM (
  SELECT b.iid, p.kind
  FROM attribute_best AS b
  JOIN attribute_part AS p ON p.iid = b.iid AND p.country = b.country
  WHERE b.probability >= ${possible}
    AND exp(b.total - p.part) < ${possible} * (b.whole - exp(b.total) + exp(b.total - p.part))
) AS needed
GROUP BY iid

-- What has not been heard yet and would turn the answer if it named the runner-up, or a country not named so far;
-- where there is no answer, all that could give one.
-- name: attribute_open
SELECT iid, string_agg(code || kind, ' ' ORDER BY kind) AS codes
FROM (
  SELECT b.iid, e.kind, CASE WHEN b.probability >= ${possible} THEN 'open_to:' ELSE 'ask_for:' END AS code
  FROM attribute_best AS b
  JOIN attribute_asked AS e ON 1 = 1
  LEFT JOIN (SELECT DISTINCT iid, kind FROM attribute_weighed) AS h ON h.iid = b.iid AND h.kind = e.kind
  WHERE h.iid IS NULL
    AND (b.probability < ${possible}
         OR exp(b.total) < ${possible} * (
              b.whole - exp(b.next_total)
              + exp(greatest(b.next_total, e.llr) + ${shared} * least(b.next_total, e.llr))))
) AS missing
GROUP BY iid

-- name: identity_country
SELECT i.identity, p.country, p.probability, CAST(p.rank AS INTEGER) AS rank
FROM attribute_posterior AS p
JOIN attribute_identity AS i ON i.iid = p.iid
WHERE p.probability >= ${shown}

-- name: identity_origin
SELECT identity, probability < ${possible} AS undetermined, ${words} AS words,
       CASE WHEN probability >= ${possible} THEN country END AS country,
       probability,
       CASE WHEN heard = 0 THEN ${ask} ELSE trim(rests || ' ' || open_) END AS would_change
FROM (
  SELECT i.identity, b.country, coalesce(b.probability, 0) AS probability,
         CASE WHEN b.iid IS NULL THEN 0 ELSE 1 END AS heard,
         coalesce(r.codes, '') AS rests, coalesce(o.codes, '') AS open_
  FROM attribute_identity AS i
  LEFT JOIN attribute_best AS b ON b.iid = i.iid
  LEFT JOIN attribute_rests AS r ON r.iid = i.iid
  LEFT JOIN attribute_open AS o ON o.iid = i.iid
) AS told

-- A finding says the best country, or with an empty value that what was seen determines none.
-- name: attribute_said
SELECT ${finding} AS finding, s.iid, s.identity, s.country, s.probability, s.n
FROM (
  SELECT b.iid, i.identity, b.probability, t.n, CASE WHEN b.probability >= ${possible} THEN b.country END AS country
  FROM attribute_best AS b
  JOIN attribute_identity AS i ON i.iid = b.iid
  JOIN (SELECT iid, sum(n) AS n FROM attribute_weighed GROUP BY iid) AS t ON t.iid = b.iid
) AS s

-- name: attribute_finding
SELECT finding, 'attribute' AS step, CAST(${version} AS INTEGER) AS step_version, 'country' AS kind, identity AS subject,
       country AS value, probability AS score, CAST(n AS BIGINT) AS n, CAST(NULL AS TIMESTAMP) AS first_at,
       CAST(NULL AS TIMESTAMP) AS last_at, 'attribute.country_rows' AS query
FROM attribute_said

-- name: attribute_support
SELECT finding, obs, role, llr AS weight, kind AS reason
FROM (
  SELECT finding, obs, role, llr, kind, row_number() OVER (PARTITION BY finding ORDER BY llr DESC, kind, obs) AS place
  FROM (
    SELECT s.finding, o.obs, w.kind, max(w.llr) AS llr,
           CASE WHEN s.country IS NULL THEN 'context' WHEN w.country = s.country THEN 'for' ELSE 'against' END AS role
    FROM attribute_said AS s
    JOIN attribute_weighed AS w ON w.iid = s.iid
    JOIN (
      SELECT iid, kind, country, obs FROM attribute_weighed
      UNION
      SELECT iid, kind, country, other FROM attribute_weighed
    ) AS o ON o.iid = w.iid AND o.kind = w.kind AND o.country = w.country
    WHERE o.obs IS NOT NULL
    GROUP BY s.finding, o.obs, w.kind,
             CASE WHEN s.country IS NULL THEN 'context' WHEN w.country = s.country THEN 'for' ELSE 'against' END
  ) AS each
) AS numbered
WHERE place <= ${examples}

-- Every row behind the countries of accounts: statements, numbers, mailboxes, logins from addresses that count.
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

-- name: attribute_account_of_run
SELECT count(*) AS identities, coalesce(sum(CASE WHEN undetermined THEN 1 ELSE 0 END), 0) AS undetermined,
       count(DISTINCT country) AS countries,
       coalesce(sum(CASE WHEN words = 'almost certain' THEN 1 ELSE 0 END), 0) AS "almost certain"
FROM identity_origin
