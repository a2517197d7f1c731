-- Statements of the step `threshold`: who may stand in a package, and why the others may not.

-- name: threshold_count
SELECT r.identity,
       max(CASE WHEN r.role = 'uploader' THEN r.n ELSE 0 END) AS uploads,
       max(CASE WHEN r.role = 'sharer' THEN r.n ELSE 0 END) AS posts,
       max(CASE WHEN r.role = 'administrator' THEN r.n ELSE 0 END) AS administered,
       max(CASE WHEN r.role = 'recruiter' THEN r.n ELSE 0 END) AS added,
       max(CASE WHEN r.role = 'payer' THEN r.n ELSE 0 END) AS payments,
       max(CASE WHEN r.role = 'consumer' THEN r.n ELSE 0 END) AS views,
       max(CASE WHEN r.role = 'uploader_not_graded' THEN r.n ELSE 0 END) AS uploads_not_graded,
       max(CASE WHEN r.role = 'sharer_not_graded' THEN r.n ELSE 0 END) AS posts_not_graded,
       max(CASE WHEN r.role = 'consumer_not_graded' THEN r.n ELSE 0 END) AS views_not_graded
FROM identity_role AS r
GROUP BY r.identity

-- name: threshold_signal
SELECT DISTINCT i.identity
FROM threshold_signalled AS s
JOIN identity_account AS i ON i.account = s.account

-- name: threshold_conduct
SELECT identity, 'uploader' AS rule FROM threshold_count WHERE uploads >= ${shares} AND uploads > 0
UNION ALL
SELECT identity, 'sharer' AS rule FROM threshold_count WHERE posts >= ${shares} AND posts > 0
UNION ALL
SELECT identity, 'administrator' AS rule FROM threshold_count WHERE administered > 0
UNION ALL
SELECT identity, 'recruiter' AS rule FROM threshold_count WHERE added >= ${added} AND added > 0
UNION ALL
SELECT identity, 'payer' AS rule FROM threshold_count
WHERE payments >= ${payments} AND payments > 0 AND views >= ${views}
UNION ALL
SELECT identity, 'signal' AS rule FROM threshold_signal

-- name: threshold_to_grade
-- Who would show conduct if what nobody graded were illegal.
SELECT DISTINCT w.identity
FROM (
  SELECT identity, 'uploader' AS rule FROM threshold_count
  WHERE uploads + uploads_not_graded >= ${shares} AND uploads_not_graded > 0
  UNION ALL
  SELECT identity, 'sharer' AS rule FROM threshold_count
  WHERE posts + posts_not_graded >= ${shares} AND posts_not_graded > 0
  UNION ALL
  SELECT identity, 'payer' AS rule FROM threshold_count
  WHERE payments >= ${payments} AND payments > 0 AND views + views_not_graded >= ${views}
) AS w
JOIN threshold_counts AS k ON k.rule = w.rule

-- name: threshold_shown
SELECT c.identity, ${rules} AS rule
FROM threshold_conduct AS c
JOIN threshold_counts AS k ON k.rule = c.rule
GROUP BY c.identity

-- name: threshold_evidence
SELECT DISTINCT f.subject AS identity
FROM attribute_finding AS f
JOIN identity_origin AS o ON o.identity = f.subject AND o.country = f.value
JOIN attribute_support AS s ON s.finding = f.finding
WHERE s.role = 'for' AND s.reason NOT IN (${stated})
UNION
-- An officer who decided on the country saw more than what the user stated, and said what.
SELECT identity FROM identity_origin WHERE words = 'decided'

-- name: threshold_not_suspect
SELECT DISTINCT i.identity
FROM threshold_cleared AS c
JOIN identity_account AS i ON i.account = c.account

-- name: identity_threshold
SELECT identity, why_not = '' AS meets, CASE WHEN why_not = '' THEN rule ELSE '' END AS rule, why_not
FROM (
  SELECT i.identity, coalesce(c.rule, '') AS rule,
         trim(CASE WHEN n.identity IS NOT NULL THEN 'cleared ' ELSE '' END
              || CASE WHEN c.rule IS NOT NULL THEN '' WHEN g.identity IS NOT NULL THEN 'not_graded '
                      ELSE 'no_conduct ' END
              || CASE WHEN o.identity IS NULL OR o.undetermined OR o.country IS NULL THEN 'origin_undetermined'
                      WHEN o.probability < ${probability} THEN 'origin_too_uncertain'
                      WHEN e.identity IS NULL THEN 'origin_only_stated'
                      ELSE '' END) AS why_not
  FROM identity AS i
  LEFT JOIN threshold_shown AS c ON c.identity = i.identity
  LEFT JOIN threshold_to_grade AS g ON g.identity = i.identity
  LEFT JOIN identity_origin AS o ON o.identity = i.identity
  LEFT JOIN threshold_evidence AS e ON e.identity = i.identity
  LEFT JOIN threshold_not_suspect AS n ON n.identity = i.identity
) AS weighed

-- name: threshold_said
SELECT ${finding} AS finding, t.identity, t.rule, o.probability
FROM identity_threshold AS t
JOIN identity_origin AS o ON o.identity = t.identity
WHERE t.meets

-- name: threshold_finding
SELECT finding, 'threshold' AS step, CAST(${version} AS INTEGER) AS step_version, 'meets_threshold' AS kind,
       identity AS subject, rule AS value, probability AS score, CAST(1 AS BIGINT) AS n,
       CAST(NULL AS TIMESTAMP) AS first_at, CAST(NULL AS TIMESTAMP) AS last_at, CAST(NULL AS VARCHAR) AS query
FROM threshold_said

-- name: threshold_support
SELECT finding, obs, 'for' AS role, CAST(1 AS DOUBLE) AS weight, reason
FROM (
  SELECT g.finding, g.obs, g.reason,
         row_number() OVER (PARTITION BY g.finding ORDER BY g.obs) AS place
  FROM threshold_signal_ground AS g
  UNION ALL
  SELECT DISTINCT t.finding, s.obs, s.reason,
         row_number() OVER (PARTITION BY t.finding, f.step ORDER BY s.obs, s.reason) AS place
  FROM threshold_said AS t
  JOIN threshold_ground AS f ON f.subject = t.identity
  JOIN threshold_ground_support AS s ON s.finding = f.finding
) AS numbered
WHERE place <= ${half}

-- name: threshold_ground
SELECT finding, subject, 'roles' AS step FROM roles_finding
WHERE value IN (SELECT rule FROM threshold_counts)
UNION ALL
SELECT f.finding, f.subject, 'attribute' AS step
FROM attribute_finding AS f
JOIN identity_origin AS o ON o.identity = f.subject AND o.country = f.value

-- name: threshold_signal_ground
-- What an officer said stands on an account: its first row is shown.
SELECT DISTINCT t.finding, k.first_obs AS obs, 'signal' AS reason
FROM threshold_said AS t
JOIN identity_account AS i ON i.identity = t.identity
JOIN threshold_signalled AS s ON s.account = i.account
JOIN threshold_counts AS c ON c.rule = 'signal'
JOIN account_key AS k ON k.account = i.account

-- name: threshold_ground_support
SELECT finding, obs, reason FROM roles_support
UNION ALL
SELECT finding, obs, reason FROM attribute_support WHERE role = 'for' AND reason NOT IN (${stated})
