-- name: identity_account
SELECT identity, 'account ' || account AS fact FROM identity_account

-- name: identifier
SELECT a.identity, 'identifier ' || t.account || ' ' || t.kind || ' ' || coalesce(t.norm, t.value, '') AS fact
FROM identifier AS t
JOIN identity_account AS a ON a.account = t.account

-- name: account
SELECT
    a.identity,
    'names ' || t.account || ' ' || coalesce(t.username, '') || ' ' || coalesce(t.display_name, '') || ' '
    || coalesce(t.stated_name, '') || ' ' || coalesce(CAST(t.stated_birth_year AS VARCHAR), '') AS fact
FROM account AS t
JOIN identity_account AS a ON a.account = t.account

-- name: identity_role
SELECT identity, 'role ' || role AS fact FROM identity_role

-- name: identity_origin
SELECT identity, 'origin ' || coalesce(country, '') || ' ' || coalesce(words, '') AS fact FROM identity_origin

-- name: opinion
SELECT identity, 'opinion ' || verdict || ' ' || reason AS fact FROM opinion

-- name: flag
SELECT identity, 'flag ' || flag AS fact FROM flag

-- name: identity_series
SELECT identity, 'series ' || series AS fact FROM identity_series

-- name: series
SELECT i.identity, 'series ' || t.series || ' ' || coalesce(t.graded, '') AS fact
FROM series AS t
JOIN identity_series AS i ON i.series = t.series

-- name: login
SELECT a.identity, 'login ' || CAST(count(*) AS VARCHAR) AS fact
FROM login AS t
JOIN identity_account AS a ON a.account = t.account
GROUP BY a.identity

-- name: membership
SELECT a.identity, 'membership ' || CAST(count(*) AS VARCHAR) AS fact
FROM membership AS t
JOIN identity_account AS a ON a.account = t.account
GROUP BY a.identity

-- name: message
SELECT a.identity, 'message ' || CAST(count(*) AS VARCHAR) AS fact
FROM message AS t
JOIN identity_account AS a ON a.account = t.account
GROUP BY a.identity

-- name: share
SELECT a.identity, 'share ' || CAST(count(*) AS VARCHAR) AS fact
FROM share AS t
JOIN identity_account AS a ON a.account = t.account
GROUP BY a.identity

-- name: payment
SELECT a.identity, 'payment ' || CAST(count(*) AS VARCHAR) AS fact
FROM payment AS t
JOIN identity_account AS a ON a.account = t.account
GROUP BY a.identity

-- name: link
SELECT a.identity, 'link ' || CAST(count(*) AS VARCHAR) AS fact
FROM link AS t
JOIN identity_account AS a ON a.account = t.account
GROUP BY a.identity

-- name: content
SELECT identity, sha256(string_agg(fact, chr(10) ORDER BY fact)) AS content
FROM (SELECT DISTINCT identity, fact FROM fact) AS facts
GROUP BY identity
ORDER BY identity
