-- What one identity is linked by and to. Not part of any step.

-- name: own
SELECT a.account_id, a.account, k.first_obs AS obs
FROM identity_account AS a
JOIN account_key AS k ON k.account_id = a.account_id
WHERE a.identity = $identity
ORDER BY a.account_id

-- name: used
SELECT u.value_id, v.kind, v.norm, v.links, v.context, o.account, min(u.relation) AS relation, min(u.obs) AS obs
FROM links_own AS o
JOIN account_value AS u ON u.account_id = o.account_id
JOIN value_key AS v ON v.value_id = u.value_id
GROUP BY u.value_id, v.kind, v.norm, v.links, v.context, o.account
ORDER BY u.value_id, o.account

-- name: used_there
SELECT u.value_id, a.identity, count(DISTINCT u.account_id) AS accounts, min(u.obs) AS obs
FROM account_value AS u
JOIN identity_account AS a ON a.account_id = u.account_id
WHERE u.value_id IN (SELECT value_id FROM links_used) AND a.identity <> $identity
GROUP BY u.value_id, a.identity
ORDER BY u.value_id, a.identity

-- name: logged_in
SELECT d.ip_id, i.ip, i.country, i.holder, max(d.anonymiser) AS anonymiser, o.account, count(*) AS days,
       min(d.day) AS first_day, max(d.day) AS last_day, min(d.obs) AS obs
FROM links_own AS o
JOIN login_day AS d ON d.account_id = o.account_id
JOIN address AS i ON i.ip_id = d.ip_id
GROUP BY d.ip_id, i.ip, i.country, i.holder, o.account
ORDER BY d.ip_id, o.account

-- name: logged_in_there
SELECT d.ip_id, a.identity, count(DISTINCT d.account_id) AS accounts, min(d.obs) AS obs
FROM login_day AS d
JOIN identity_account AS a ON a.account_id = d.account_id
WHERE d.ip_id IN (SELECT ip_id FROM links_logged_in) AND a.identity <> $identity
GROUP BY d.ip_id, a.identity
ORDER BY d.ip_id, a.identity

-- name: linked
-- The account first that is the identity's own; `identity` is that of the other.
SELECT o.account, p.other, a.identity, p.band, p.reason, p.value_id, o.obs, k.first_obs AS obs_there
FROM (
  SELECT account_a AS account, account_b AS other, band, reason, value_id FROM identity_link
  UNION ALL
  SELECT account_b AS account, account_a AS other, band, reason, value_id FROM identity_link
) AS p
JOIN links_own AS o ON o.account = p.account
JOIN identity_account AS a ON a.account = p.other
JOIN account_key AS k ON k.account = p.other
WHERE a.identity <> $identity OR (p.band = 'link' AND p.account < p.other)
ORDER BY p.band, o.account, p.other

-- name: alike
SELECT CASE WHEN c.identity_a = $identity THEN c.identity_b ELSE c.identity_a END AS identity, c.reasons_for,
       c.reasons_against, i.founder_obs AS obs, j.founder_obs AS obs_there
FROM linkage_candidate AS c
JOIN identity AS i ON i.identity = $identity
JOIN identity AS j ON j.identity = CASE WHEN c.identity_a = $identity THEN c.identity_b ELSE c.identity_a END
WHERE c.identity_a = $identity OR c.identity_b = $identity
ORDER BY 1

-- name: paid
SELECT p.payer AS identity, p.reason, p.payments, p.obs_paid AS obs, p.obs_held AS obs_there, true AS inward
FROM paid_by AS p
WHERE p.identity = $identity
UNION ALL
SELECT p.identity, p.reason, p.payments, p.obs_held AS obs, p.obs_paid AS obs_there, false AS inward
FROM paid_by AS p
WHERE p.payer = $identity
ORDER BY 1, 2
