-- What the command line prints from one snapshot. Not part of any step.

-- name: view_accounts
SELECT identity, list(account ORDER BY account_id) AS accounts FROM identity_account GROUP BY identity

-- name: view_identifiers
SELECT identity, list({'kind': kind, 'norm': norm} ORDER BY kind, norm) AS identifiers
FROM (
  SELECT DISTINCT i.identity, k.kind, k.norm
  FROM account_value AS u
  JOIN identity_account AS i ON i.account_id = u.account_id
  JOIN value_key AS k ON k.value_id = u.value_id
) AS used
GROUP BY identity

-- name: view_countries
SELECT identity, list({'country': country, 'probability': round(probability, 4)} ORDER BY rank, country) AS countries
FROM identity_country
GROUP BY identity

-- name: view_roles
SELECT identity, list(role ORDER BY role) AS roles FROM identity_role GROUP BY identity

-- name: view_identities
SELECT k.rank, i.identity, CASE WHEN o.undetermined THEN NULL ELSE o.country END AS country,
       coalesce(t.meets, false) AS meets, coalesce(r.roles, []) AS roles, to_json({
         'identity': i.identity,
         'accounts': a.accounts,
         'identifiers': coalesce(v.identifiers, []),
         'countries': coalesce(c.countries, []),
         'undetermined': coalesce(o.undetermined, true),
         'roles': coalesce(r.roles, []),
         'rank': k.rank,
         'meets_threshold': coalesce(t.meets, false)
         ${why}
       }) AS line
FROM identity AS i
JOIN view_accounts AS a ON a.identity = i.identity
LEFT JOIN view_identifiers AS v ON v.identity = i.identity
LEFT JOIN view_countries AS c ON c.identity = i.identity
LEFT JOIN identity_origin AS o ON o.identity = i.identity
LEFT JOIN view_roles AS r ON r.identity = i.identity
LEFT JOIN identity_rank AS k ON k.identity = i.identity
LEFT JOIN identity_threshold AS t ON t.identity = i.identity
WHERE ${country} IS NULL OR (o.country = ${country} AND NOT o.undetermined)
ORDER BY k.rank NULLS LAST, i.identity

-- name: view_messages
-- One chat read from several telephones is one chat: what the same identity wrote there in one minute is
-- counted as often as the telephone that saw most of it shows.
SELECT max(n) AS n
FROM (
  SELECT m.exhibit, coalesce(i.identity, m.account) AS who, m.channel, date_trunc('minute', m."at") AS minute,
         count(*) AS n
  FROM message AS m
  LEFT JOIN identity_account AS i ON i.account = m.account
  WHERE (m.kind IS NULL OR m.kind NOT IN ('system', 'system_unknown'))
        AND (m.account IS NULL OR m.account NOT LIKE 'mail:%')
  GROUP BY m.exhibit, who, m.channel, minute
) AS seen
GROUP BY who, channel, minute

-- name: view_shown
-- A member whom an address book names is the account of the number that it gives the name.
SELECT k.account, coalesce(n.shown, k.account) AS shown
FROM account_key AS k
LEFT JOIN (
  SELECT account, min(split_part(account, ':', 1) || ':' || norm) AS shown
  FROM identifier
  WHERE kind = 'phone' AND norm IS NOT NULL AND account LIKE '%:name:%'
  GROUP BY account
  HAVING min(norm) = max(norm)
) AS n ON n.account = k.account

-- name: figures
SELECT (SELECT count(DISTINCT shown) FROM view_shown) AS accounts,
       (SELECT count(*) FROM identity) AS identities,
       v.videos, round(v.seconds / 3600, 2) AS video_hours,
       coalesce(round(v.videos / nullif(u.hours, 0), 2), 0) AS videos_per_hour,
       (SELECT count(*) FROM login) AS logins,
       (SELECT count(*) FROM payment) AS payments,
       (SELECT coalesce(sum(n), 0) FROM view_messages) AS messages,
       (SELECT count(*) FROM reject) AS rejects
FROM (
  SELECT count(*) AS videos, coalesce(sum(duration_s), 0) AS seconds
  FROM (
    SELECT media, max(duration_s) AS duration_s FROM media
    WHERE mime LIKE 'video/%' AND NOT (platform = 'vics' AND (
      md5 IN (SELECT md5 FROM media WHERE platform <> 'vics') OR sha1 IN (SELECT sha1 FROM media WHERE platform <> 'vics')
      OR sha256 IN (SELECT sha256 FROM media WHERE platform <> 'vics')))
    GROUP BY media
  ) AS video
) AS v
CROSS JOIN (
  SELECT date_diff('second', min("at"), max("at")) / 3600.0 AS hours FROM share WHERE action = 'upload'
) AS u

-- name: leads
SELECT l.*, r.rank
FROM lead AS l
LEFT JOIN identity_rank AS r ON r.identity = l.identity
WHERE $identity IS NULL OR l.identity = $identity
ORDER BY l.perishes_at NULLS LAST, r.rank NULLS LAST, l.lead

-- name: review
-- The weights of linkage are binary logarithms, those of links natural ones. The first account finds its identity before
-- the second: asked for both at once, that they differ, the engine compares every identity with every other.
WITH pair AS (
  SELECT account_a, account_b, llr, reason, NULL AS reasons_for, NULL AS reasons_against
  FROM identity_link WHERE band = 'review'
  UNION ALL
  SELECT least(a.founder, b.founder), greatest(a.founder, b.founder), c.weight * 0.6931471805599453, NULL,
         c.reasons_for, c.reasons_against
  FROM linkage_candidate AS c
  JOIN identity AS a ON a.identity = c.identity_a
  JOIN identity AS b ON b.identity = c.identity_b
), one AS MATERIALIZED (
  SELECT l.*, x.identity AS identity_a FROM pair AS l JOIN identity_account AS x ON x.account = l.account_a
), two AS MATERIALIZED (
  SELECT l.*, y.identity AS identity_b FROM one AS l
  JOIN identity_account AS y ON y.account = l.account_b AND y.identity <> l.identity_a
)
SELECT l.account_a, l.account_b, l.identity_a, l.identity_b, p.rank AS rank_a, q.rank AS rank_b, l.llr, l.reason,
       l.reasons_for, l.reasons_against, row_number() OVER (
         ORDER BY least(coalesce(p.rank, 2147483647), coalesce(q.rank, 2147483647)), l.llr DESC, l.account_a,
                  l.account_b
       ) AS place
FROM two AS l
LEFT JOIN identity_rank AS p ON p.identity = l.identity_a
LEFT JOIN identity_rank AS q ON q.identity = l.identity_b
ORDER BY place

-- name: review_page
SELECT *
FROM page_review AS r
WHERE r.place > $after AND ($before = 0 OR r.place < $before)
  AND least(r.account_a, r.account_b) || ',' || greatest(r.account_a, r.account_b)
      NOT IN (SELECT d.pair FROM review_decided AS d)
ORDER BY CASE WHEN $before = 0 THEN r.place ELSE -r.place END
LIMIT $size

-- name: review_place
SELECT max(place) AS place FROM page_review
WHERE (account_a = $one AND account_b = $other) OR (account_a = $other AND account_b = $one)
