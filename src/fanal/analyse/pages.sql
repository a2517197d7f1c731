-- One page of the ranked list of identities, out of the tables beside the snapshot. Not part of any step.

-- name: page_of
SELECT rank FROM page_rank WHERE identity = $identity

-- name: page_chosen
SELECT l.identity, l.rank
FROM page_line AS l
WHERE l.rank > $after
  AND ($before = 0 OR l.rank < $before)
  AND ($country IN ('', 'ZZ') OR l.country = $country)
  AND ($country <> 'ZZ' OR l.country IS NULL)
  AND ($role = '' OR list_contains(l.roles, $role))
  AND (NOT $meets OR l.meets)
  AND ($everyone OR l.rank IN (SELECT o.rank FROM page_only AS o))
ORDER BY CASE WHEN $before = 0 THEN l.rank ELSE -l.rank END
LIMIT $size

-- name: page_lines
SELECT l.line FROM page_line AS l WHERE l.rank IN (SELECT unnest($ranks)) ORDER BY l.rank

-- name: page_with_text
SELECT k.rank
FROM identity_rank AS k
WHERE k.identity IN (
  SELECT identity FROM identity_account WHERE contains(lower(account), $text)
  UNION
  SELECT a.identity
  FROM value_key AS v
  JOIN account_value AS u ON u.value_id = v.value_id
  JOIN identity_account AS a ON a.account_id = u.account_id
  WHERE contains(lower(v.norm), $text)
)

-- name: page_countries
SELECT DISTINCT country AS name FROM identity_origin WHERE NOT undetermined AND country IS NOT NULL ORDER BY name

-- name: page_roles
SELECT DISTINCT role AS name FROM identity_role ORDER BY name
