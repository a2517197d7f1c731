-- Statements of the step `rank`: one row an identity, 1 is looked at first.

-- name: rank_as_of
SELECT coalesce(CAST($as_of AS TIMESTAMP), CAST(max(day) AS TIMESTAMP)) AS as_of FROM login_day

-- name: rank_last_login
SELECT i.identity, max(d.day) AS last_day
FROM login_day AS d
JOIN identity_account AS i ON i.account_id = d.account_id
GROUP BY i.identity

-- name: rank_perishing
SELECT l.identity
FROM rank_last_login AS l
CROSS JOIN rank_as_of AS a
WHERE date_diff('day', l.last_day, CAST(a.as_of AS DATE)) BETWEEN ${retention} - ${soon} AND ${retention}

-- name: rank_reason
SELECT DISTINCT i.identity, w.name, w.points
FROM rank_signal AS s
JOIN identity_account AS i ON i.account = s.account
JOIN rank_weight AS w ON w.source = 'signal' AND w.name = s.kind
UNION ALL
SELECT r.identity, w.name, w.points
FROM identity_role AS r
JOIN rank_weight AS w ON w.source = 'role' AND w.name = r.role
UNION ALL
SELECT p.identity, w.name, w.points
FROM rank_perishing AS p
JOIN rank_weight AS w ON w.source = 'state' AND w.name = 'perishing'

-- name: rank_points
SELECT r.identity, sum(r.points) AS points, ${reasons} AS reasons
FROM rank_reason AS r
GROUP BY r.identity

-- name: rank_volume
SELECT identity, sum(n) AS n FROM identity_role WHERE role NOT IN (${not_graded}) GROUP BY identity

-- name: identity_rank
SELECT identity, CAST(row_number() OVER (ORDER BY score DESC, identity) AS INTEGER) AS rank, score, reasons
FROM (
  SELECT i.identity, coalesce(p.reasons, '') AS reasons,
         round(coalesce(p.points, 0)
               + ${volume} * coalesce(v.n, 0) / nullif(coalesce(v.n, 0) + ${half}, 0)
               + CASE WHEN o.undetermined THEN 0 ELSE ${sure} * coalesce(o.probability, 0) END, 6) AS score
  FROM identity AS i
  LEFT JOIN rank_points AS p ON p.identity = i.identity
  LEFT JOIN rank_volume AS v ON v.identity = i.identity
  LEFT JOIN identity_origin AS o ON o.identity = i.identity
) AS scored

-- name: rank_said
SELECT ${finding} AS finding, r.identity, r.rank, r.score
FROM identity_rank AS r
JOIN (SELECT DISTINCT identity FROM rank_reason) AS w ON w.identity = r.identity

-- name: rank_finding
SELECT finding, 'rank' AS step, CAST(${version} AS INTEGER) AS step_version, 'rank' AS kind, identity AS subject,
       CAST(rank AS VARCHAR) AS value, score, CAST(1 AS BIGINT) AS n, CAST(NULL AS TIMESTAMP) AS first_at,
       CAST(NULL AS TIMESTAMP) AS last_at, CAST(NULL AS VARCHAR) AS query
FROM rank_said

-- name: rank_ground
SELECT r.finding, s.obs, w.points, w.name
FROM rank_said AS r
JOIN roles_finding AS f ON f.subject = r.identity
JOIN roles_support AS s ON s.finding = f.finding
JOIN rank_weight AS w ON w.source = 'role' AND w.name = f.value
WHERE s.reason = f.value
UNION
SELECT r.finding, k.first_obs AS obs, w.points, w.name
FROM rank_said AS r
JOIN identity_account AS i ON i.identity = r.identity
JOIN rank_signal AS s ON s.account = i.account
JOIN rank_weight AS w ON w.source = 'signal' AND w.name = s.kind
JOIN account_key AS k ON k.account = i.account
UNION
SELECT r.finding, min(d.obs) AS obs, w.points, w.name
FROM rank_said AS r
JOIN rank_perishing AS p ON p.identity = r.identity
JOIN rank_weight AS w ON w.source = 'state' AND w.name = 'perishing'
JOIN rank_last_login AS l ON l.identity = r.identity
JOIN identity_account AS i ON i.identity = r.identity
JOIN login_day AS d ON d.account_id = i.account_id AND d.day = l.last_day
GROUP BY r.finding, w.points, w.name

-- name: rank_support
SELECT finding, obs, 'for' AS role, CAST(points AS DOUBLE) AS weight, name AS reason
FROM (
  SELECT g.finding, g.obs, g.points, g.name,
         row_number() OVER (PARTITION BY g.finding ORDER BY g.points DESC, g.obs) AS place
  FROM rank_ground AS g
) AS numbered
WHERE place <= ${examples}
