-- One page of the ranked list of identities. Not part of any step.

-- name: page_chosen
SELECT k.identity, k.rank
FROM identity_rank AS k
WHERE k.rank > $after
  AND ($before = 0 OR k.rank < $before)
  AND ($identity = '' OR k.identity = $identity)
  AND ($country = '' OR k.identity IN (SELECT identity FROM identity_origin WHERE country = $country AND NOT undetermined))
  AND ($role = '' OR k.identity IN (SELECT identity FROM identity_role WHERE role = $role))
  AND (NOT $meets OR k.identity IN (SELECT identity FROM identity_threshold WHERE meets))
  AND ($text = '' OR k.identity IN (
    SELECT identity FROM identity_account WHERE contains(lower(account), $text)
    UNION
    SELECT a.identity
    FROM value_key AS v
    JOIN account_value AS u ON u.value_id = v.value_id
    JOIN identity_account AS a ON a.account_id = u.account_id
    WHERE contains(lower(v.norm), $text)
  ))
ORDER BY CASE WHEN $before = 0 THEN k.rank ELSE -k.rank END
LIMIT $size

-- name: page_table
SELECT t.* FROM ${table} AS t WHERE t.identity IN (SELECT identity FROM page_chosen)

-- name: page_account_value
SELECT u.*
FROM account_value AS u
WHERE u.account_id IN (
  SELECT a.account_id FROM identity_account AS a WHERE a.identity IN (SELECT identity FROM page_chosen)
)

-- name: page_value_key
SELECT v.*
FROM value_key AS v
WHERE v.value_id IN (
  SELECT u.value_id
  FROM account_value AS u
  WHERE u.account_id IN (
    SELECT a.account_id FROM identity_account AS a WHERE a.identity IN (SELECT identity FROM page_chosen)
  )
)

-- name: page_countries
SELECT DISTINCT country AS name FROM identity_origin WHERE NOT undetermined AND country IS NOT NULL ORDER BY name

-- name: page_roles
SELECT DISTINCT role AS name FROM identity_role ORDER BY name
