-- What a search finds in one snapshot. Not part of any step. What is asked stands in tables: `search_exact` (kind, norm),
-- `search_start` (beginning), `search_word` (word, folded); `search_hidden` (account) is never found.

-- name: hit_identifier
SELECT i.kind, i.norm AS value, i.account, FALSE AS further, i.obs, i.locator, i.observed_at AS "at"
FROM identifier AS i
JOIN search_exact AS e ON e.kind = i.kind AND e.norm = i.norm
WHERE i.kind <> 'name'
UNION ALL
SELECT i.kind, i.norm AS value, i.account, TRUE AS further, i.obs, i.locator, i.observed_at AS "at"
FROM identifier AS i
JOIN search_start AS s ON starts_with(i.norm, s.beginning)
WHERE i.kind <> 'name'

-- name: hit_username
SELECT 'username' AS kind, a.value, a.account,
       a.value NOT IN (SELECT norm FROM search_exact WHERE kind = 'username') AS further, a.obs, a.locator,
       CAST(NULL AS TIMESTAMP) AS "at"
FROM (
  SELECT ltrim(lower(strip_accents(username)), '@') AS value, account, obs, locator
  FROM account WHERE username IS NOT NULL
) AS a
JOIN (
  SELECT beginning FROM search_start UNION SELECT norm FROM search_exact WHERE kind = 'username'
) AS s (beginning) ON starts_with(a.value, s.beginning)

-- name: hit_login
SELECT 'ip' AS kind, l.ip AS value, l.account, FALSE AS further, l.obs, l.locator, l."at"
FROM login AS l
JOIN search_exact AS e ON e.kind = 'ip' AND e.norm = l.ip
UNION ALL
SELECT 'ip' AS kind, l.ip AS value, l.account, TRUE AS further, l.obs, l.locator, l."at"
FROM login AS l
JOIN search_start AS s ON starts_with(l.ip, s.beginning)

-- name: hit_payment
SELECT 'crypto_address' AS kind, p.address AS value, p.account, FALSE AS further, p.obs, p.locator, p."at"
FROM (
  SELECT from_address AS address, account, obs, locator, "at" FROM payment
  UNION ALL
  SELECT to_address AS address, account, obs, locator, "at" FROM payment
) AS p
JOIN search_exact AS e ON e.kind = 'crypto_address' AND e.norm = p.address

-- name: hit_name
SELECT n.kind, n.value, n.account, FALSE AS further, n.obs, n.locator, CAST(NULL AS TIMESTAMP) AS "at"
FROM (
  SELECT 'stated_name' AS kind, stated_name AS value, account, obs, locator FROM account
  UNION ALL
  SELECT 'display_name' AS kind, display_name AS value, account, obs, locator FROM account
  UNION ALL
  SELECT 'name' AS kind, value, account, obs, locator FROM identifier WHERE kind = 'name'
  UNION ALL
  SELECT 'title' AS kind, title AS value, NULL AS account, obs, locator FROM channel
) AS n
WHERE n.value IS NOT NULL AND NOT contains(n.value, '[withheld: ')
      AND NOT EXISTS (SELECT 1 FROM search_word AS w WHERE NOT contains(lower(strip_accents(n.value)), w.word))

-- name: hit_account
SELECT 'account' AS kind, a.account AS value, a.account, FALSE AS further, a.obs, a.locator, CAST(NULL AS TIMESTAMP) AS "at"
FROM search_account AS a
JOIN search_exact AS e ON e.kind = 'account' AND e.norm = a.account
UNION ALL
SELECT 'account' AS kind, a.account AS value, a.account, FALSE AS further, a.obs, a.locator, CAST(NULL AS TIMESTAMP) AS "at"
FROM search_account AS a
JOIN search_exact AS e ON e.kind = 'account' AND e.norm = a.native
UNION ALL
SELECT 'account' AS kind, a.account AS value, a.account, TRUE AS further, a.obs, a.locator, CAST(NULL AS TIMESTAMP) AS "at"
FROM search_account AS a
JOIN search_start AS s ON starts_with(lower(a.account), s.beginning)

-- name: search_account
SELECT account, substr(account, strpos(account, ':') + 1) AS native, obs, locator FROM account
UNION ALL
SELECT account, substr(account, strpos(account, ':') + 1) AS native, first_obs AS obs, NULL AS locator FROM account_key

-- name: search_unseen
SELECT account FROM search_hidden
UNION
SELECT other.account
FROM search_hidden AS h
JOIN identity_account AS mine ON mine.account = h.account
JOIN identity_account AS other ON other.identity = mine.identity

-- name: search_page
SELECT h.*, i.identity
FROM (
  SELECT kind, value, account, bool_and(further) AS further, min(obs) AS obs, arg_min(locator, obs) AS locator,
         count(DISTINCT obs) AS n, min("at") AS first_at, max("at") AS last_at
  FROM search_hit
  WHERE account IS NULL OR (($witnesses OR NOT starts_with(account, 'mail:'))
                            AND account NOT IN (SELECT account FROM search_unseen))
  GROUP BY kind, value, account
) AS h
LEFT JOIN identity_account AS i ON i.account = h.account
WHERE (h.further, h.obs, h.kind) > ($further, $obs, $kind)
ORDER BY h.further, h.obs, h.kind
LIMIT $size

-- name: search_identity
SELECT 'identity' AS kind, i.identity AS value, i.identity, i.founder AS account, n.accounts AS n
FROM identity AS i
JOIN (SELECT identity, count(*) AS accounts FROM identity_account GROUP BY identity) AS n ON n.identity = i.identity
WHERE starts_with(i.identity, $text) AND i.identity > $after
      AND i.identity NOT IN (
        SELECT a.identity FROM identity_account AS a WHERE a.account IN (SELECT account FROM search_unseen)
      )
ORDER BY i.identity
LIMIT $size

-- `text` is folded as a body is. Digests that stand in place of withheld bytes are no text: nobody looks media up by them.
-- name: search_message
SELECT 'message' AS kind, m.account, m.channel, c.title, m.obs, m.locator, m."at", i.identity,
       CASE WHEN $show THEN m.body END AS text
FROM message AS m
LEFT JOIN (SELECT channel, min(title) AS title FROM channel GROUP BY channel) AS c ON c.channel = m.channel
LEFT JOIN identity_account AS i ON i.account = m.account
WHERE m.obs > $obs AND m.body IS NOT NULL
      AND (m.kind IS NULL OR m.kind NOT IN ('system', 'system_unknown'))
      AND contains(strip_accents(lower(CASE WHEN contains(m.body, '[withheld: ')
            THEN regexp_replace(m.body, '\[withheld: [0-9]+ bytes, sha256 [0-9a-f]{64}\]', '', 'g') ELSE m.body END)), $text)
      AND (m.account IS NULL OR (($witnesses OR NOT starts_with(m.account, 'mail:'))
                                 AND m.account NOT IN (SELECT account FROM search_unseen)))
ORDER BY m.obs
LIMIT $size
