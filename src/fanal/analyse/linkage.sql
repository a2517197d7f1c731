-- Statements of the step `linkage`: what each online identity shows of itself, and which have something rare in common.

-- name: linkage_statement
SELECT i.identity, i.account_id, a.obs, a.name_source,
       nullif(trim(regexp_replace(lower(strip_accents(a.stated_name)), '[^\p{L}]+', ' ', 'g')), '') AS name,
       CASE WHEN length(a.username) >= ${letters} THEN lower(a.username) END AS username,
       CASE WHEN length(regexp_replace(lower(a.username), '[^a-z]', '', 'g')) >= ${letters}
            THEN regexp_replace(lower(a.username), '[^a-z]', '', 'g') END AS letters,
       a.stated_birth_year AS born, a.stated_country AS country, lower(substr(a.language, 1, 2)) AS language
FROM account AS a
JOIN identity_account AS i ON i.account = a.account

-- Names that an owner's address book gives are another's words for him; they bring nobody together here.
-- name: linkage_key_all
SELECT DISTINCT identity, 'name and year:' || name || ' ' || CAST(born AS VARCHAR) AS key
FROM linkage_statement
WHERE name IS NOT NULL AND born IS NOT NULL AND coalesce(name_source, 'self') IN ('self', 'provider')
UNION ALL
SELECT DISTINCT identity, 'name and country:' || name || ' ' || country AS key
FROM linkage_statement
WHERE name IS NOT NULL AND country IS NOT NULL AND coalesce(name_source, 'self') IN ('self', 'provider')
UNION ALL
SELECT DISTINCT identity, 'user name:' || username AS key
FROM linkage_statement
WHERE username IS NOT NULL
UNION ALL
SELECT DISTINCT identity, 'letters:' || letters AS key
FROM linkage_statement
WHERE letters IS NOT NULL

-- name: linkage_key
SELECT k.identity, k.key
FROM linkage_key_all AS k
JOIN (
  SELECT key FROM linkage_key_all GROUP BY key HAVING count(*) >= 2 AND count(*) <= ${largest}
) AS s ON s.key = k.key

-- An identity's id is a digest: the smallest ids are a random sample.
-- name: linkage_stranger
SELECT identity
FROM (
  SELECT identity, row_number() OVER (ORDER BY identity) AS place
  FROM identity
) AS ordered
WHERE place <= ${sample}

-- name: linkage_wanted
SELECT identity FROM linkage_key
UNION
SELECT identity FROM linkage_stranger

-- The name that a provider checked goes first, then the one that most accounts state.
-- name: linkage_name
SELECT identity, name, name_obs
FROM (
  SELECT n.*, row_number() OVER (PARTITION BY identity ORDER BY verified DESC, often DESC, name) AS place
  FROM (
    SELECT s.identity, s.name, count(*) AS often, min(s.obs) AS name_obs,
           max(CASE WHEN s.name_source = 'provider' THEN 1 ELSE 0 END) AS verified
    FROM linkage_statement AS s
    JOIN linkage_wanted AS w ON w.identity = s.identity
    WHERE s.name IS NOT NULL AND coalesce(s.name_source, 'self') IN ('self', 'provider')
    GROUP BY s.identity, s.name
  ) AS n
) AS ordered
WHERE place = 1

-- name: linkage_username
SELECT DISTINCT s.identity, s.username, s.letters
FROM linkage_statement AS s
JOIN linkage_wanted AS w ON w.identity = s.identity
WHERE s.username IS NOT NULL

-- name: linkage_activity
SELECT i.identity, CAST(bit_or(d.hour_mask) AS INTEGER) AS hours, min(d.obs) AS hours_obs
FROM login_day AS d
JOIN identity_account AS i ON i.account_id = d.account_id
JOIN linkage_wanted AS w ON w.identity = i.identity
GROUP BY i.identity

-- What accounts that `resolve` joined have in common teaches what one person's have: a sample of identities, again
-- the smallest ids, of each the first accounts.
-- name: linkage_taught
SELECT p.identity, p.account_id, max(p.name) AS full_name, max(p.username) AS username, max(p.letters) AS letters,
       min(p.born) AS born_low, max(p.born) AS born_high, min(p.country) AS country, min(p.language) AS language,
       CAST(bit_or(d.hour_mask) AS INTEGER) AS hours
FROM (
  SELECT s.identity, s.account_id, s.username, s.letters, s.born, s.country, s.language,
         CASE WHEN coalesce(s.name_source, 'self') IN ('self', 'provider') THEN s.name END AS name
  FROM linkage_statement AS s
  JOIN (
    SELECT i.account_id, i.identity, row_number() OVER (PARTITION BY i.identity ORDER BY i.account_id) AS place,
           dense_rank() OVER (ORDER BY i.identity) AS rank_of_identity
    FROM identity_account AS i
    JOIN identity AS e ON e.identity = i.identity
    WHERE e.accounts > 1
  ) AS t ON t.account_id = s.account_id
  WHERE t.place <= ${each} AND t.rank_of_identity <= ${taught}
) AS p
LEFT JOIN login_day AS d ON d.account_id = p.account_id
GROUP BY p.identity, p.account_id

-- name: linkage_document
SELECT i.identity, min(u.value_id) AS document_low, max(u.value_id) AS document_high
FROM account_value AS u
JOIN value_key AS v ON v.value_id = u.value_id
JOIN identity_account AS i ON i.account_id = u.account_id
JOIN linkage_wanted AS w ON w.identity = i.identity
WHERE v.kind = 'national_id' AND v.context IS NULL
GROUP BY i.identity

-- name: linkage_profile
SELECT w.identity, e.founder, n.name AS full_name, n.name_obs, p.username, p.username_obs, p.born_low, p.born_high,
       p.born_obs, p.country, p.country_obs, p.language, p.language_obs, h.hours, h.hours_obs, d.document_low,
       d.document_high
FROM linkage_wanted AS w
JOIN identity AS e ON e.identity = w.identity
LEFT JOIN linkage_name AS n ON n.identity = w.identity
LEFT JOIN (
  SELECT s.identity, min(s.username) AS username, min(CASE WHEN s.username IS NOT NULL THEN s.obs END) AS username_obs,
         min(s.born) AS born_low, max(s.born) AS born_high, min(CASE WHEN s.born IS NOT NULL THEN s.obs END) AS born_obs,
         min(s.country) AS country, min(CASE WHEN s.country IS NOT NULL THEN s.obs END) AS country_obs,
         min(s.language) AS language, min(CASE WHEN s.language IS NOT NULL THEN s.obs END) AS language_obs
  FROM linkage_statement AS s
  JOIN linkage_wanted AS x ON x.identity = s.identity
  GROUP BY s.identity
) AS p ON p.identity = w.identity
LEFT JOIN linkage_activity AS h ON h.identity = w.identity
LEFT JOIN linkage_document AS d ON d.identity = w.identity

-- Pairs that need no second word: an officer's decision stands, or `resolve` shows them for review already.
-- name: linkage_told
SELECT DISTINCT a.identity AS identity_a, b.identity AS identity_b
FROM (
  SELECT account_a, account_b FROM identity_link WHERE band = 'review'
  UNION ALL
  SELECT account_a, account_b FROM linkage_decision
) AS l
JOIN identity_account AS a ON a.account = l.account_a
JOIN identity_account AS b ON b.account = l.account_b

-- name: linkage_kept
SELECT p.*
FROM linkage_pair AS p
LEFT JOIN linkage_told AS t ON (t.identity_a = p.identity_a AND t.identity_b = p.identity_b)
LEFT JOIN linkage_told AS s ON (s.identity_a = p.identity_b AND s.identity_b = p.identity_a)
WHERE t.identity_a IS NULL AND s.identity_a IS NULL

-- name: linkage_candidate
SELECT identity_a, identity_b, weight, band, reasons_for, reasons_against, model
FROM linkage_kept

-- name: linkage_said
SELECT ${finding} AS finding, p.pair, p.founder_a, p.founder_b, p.weight
FROM linkage_kept AS p

-- name: linkage_finding
SELECT s.finding, 'linkage' AS step, CAST(${version} AS INTEGER) AS step_version, 'alike' AS kind, s.founder_a AS subject,
       s.founder_b AS value, s.weight AS score, CAST(2 AS BIGINT) AS n, CAST(NULL AS TIMESTAMP) AS first_at,
       CAST(NULL AS TIMESTAMP) AS last_at, CAST(NULL AS VARCHAR) AS query
FROM linkage_said AS s

-- name: linkage_support
SELECT s.finding, g.obs, g.role, g.weight, g.reason
FROM linkage_said AS s
JOIN linkage_ground AS g ON g.pair = s.pair
WHERE g.obs IS NOT NULL
