-- Identities whose country waits for an officer. Not part of any step.

-- name: page_country
-- Undetermined, or determined by little; those first for whom the country alone is lacking, then by rank.
SELECT o.identity, o.undetermined, o.probability, o.would_change, k.rank, t.why_not,
       row_number() OVER (
         ORDER BY CASE WHEN t.why_not IN ('origin_undetermined', 'origin_too_uncertain', 'origin_only_stated') THEN 0
                       ELSE 1 END, k.rank NULLS LAST, o.identity
       ) AS place
FROM identity_origin AS o
LEFT JOIN identity_rank AS k ON k.identity = o.identity
LEFT JOIN identity_threshold AS t ON t.identity = o.identity
WHERE o.words <> 'decided' AND o.probability < ${likely}
  AND o.identity IN (SELECT identity FROM identity_country)
ORDER BY place

-- name: country_told
-- Identities on whose country an officer's word stands.
SELECT DISTINCT a.identity FROM page_account AS a JOIN told_account AS d ON d.account = a.account

-- name: count_told
SELECT count(*) AS n FROM page_country AS w WHERE w.identity IN (SELECT identity FROM country_told)

-- name: country_page
SELECT w.*
FROM page_country AS w
WHERE ($after = '' OR w.place > coalesce((SELECT place FROM page_country WHERE identity = $after), 0))
  AND w.identity NOT IN (SELECT identity FROM country_told)
ORDER BY w.place
LIMIT $size

-- name: country_candidate
SELECT identity, country, probability FROM identity_country
WHERE identity IN (SELECT identity FROM country_shown)
ORDER BY identity, rank

-- name: country_account
SELECT identity, account FROM page_member
WHERE identity IN (SELECT identity FROM country_shown)
ORDER BY identity, account_id
