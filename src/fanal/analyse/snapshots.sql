-- One source, copied at several times: what its copies hold in common is one fact. See snapshots.py.

-- name: copy
SELECT c.exhibit, c.root, c.earlier, c.comparable FROM snapshots_input AS c

-- A row of the same content, the n-th of it in each copy, is one fact; the earliest observation stands for it.
-- name: same
SELECT obs, fact, '${table}' AS table_name, exhibit, FALSE AS changed
FROM (
  SELECT n.obs, n.exhibit, min(n.obs) OVER (PARTITION BY n.root, ${content}, n.place) AS fact
  FROM (
    SELECT t.obs, t.exhibit, c.root, ${content_of},
           row_number() OVER (PARTITION BY t.exhibit, ${content_of} ORDER BY t.obs) AS place
    FROM "${table}" AS t
    JOIN copy AS c ON c.exhibit = t.exhibit
  ) AS n
) AS placed
WHERE obs <> fact

-- What each copy has that its elder lacks, and the other way round.
-- name: fact_of
SELECT t.obs, t.exhibit, t.locator, coalesce(s.fact, t.obs) AS fact, ${key_of}
FROM "${table}" AS t
JOIN copy AS c ON c.exhibit = t.exhibit
LEFT JOIN same AS s ON s.obs = t.obs
${joined}

-- name: only_later
SELECT f.*, c.earlier
FROM fact_of AS f
JOIN copy AS c ON c.exhibit = f.exhibit AND c.earlier IS NOT NULL
LEFT JOIN fact_of AS e ON e.exhibit = c.earlier AND e.fact = f.fact
WHERE e.obs IS NULL

-- name: only_earlier
SELECT f.*, c.exhibit AS later, c.comparable
FROM fact_of AS f
JOIN copy AS c ON c.earlier = f.exhibit
LEFT JOIN fact_of AS l ON l.exhibit = c.exhibit AND l.fact = f.fact
WHERE l.obs IS NULL

-- A key that stands once on either side, with another content on each: one row that changed.
-- name: changed
SELECT l.obs, e.fact, l.exhibit, l.earlier, l.locator, e.locator AS earlier_locator, e.obs AS earlier_obs
FROM only_later AS l
JOIN only_earlier AS e ON e.exhibit = l.earlier AND e.later = l.exhibit AND ${match}
JOIN (SELECT exhibit, ${key} FROM only_later GROUP BY exhibit, ${key} HAVING count(*) = 1) AS one
  ON one.exhibit = l.exhibit AND ${match_one}
JOIN (SELECT later, ${key} FROM only_earlier GROUP BY later, ${key} HAVING count(*) = 1) AS other
  ON other.later = e.later AND ${match_other}

-- name: none_changed
SELECT obs, fact, exhibit, earlier, locator, locator AS earlier_locator, obs AS earlier_obs FROM only_later WHERE FALSE

-- name: changes
SELECT '${table}' AS table_name, 'changed' AS what, exhibit, earlier, obs, locator, earlier_obs, earlier_locator
FROM changed
UNION ALL
SELECT '${table}', 'vanished', e.later, e.exhibit, CAST(NULL AS BIGINT), CAST(NULL AS VARCHAR), e.obs, e.locator
FROM only_earlier AS e
LEFT JOIN changed AS c ON c.earlier_obs = e.obs AND c.exhibit = e.later
WHERE e.comparable AND c.obs IS NULL

-- name: counted
SELECT (SELECT count(*) FROM same) AS same, (SELECT count(*) FROM changed) AS changed,
       (SELECT count(*) FROM found WHERE what = 'vanished') AS vanished,
       (SELECT count(*) FROM only_later) - (SELECT count(*) FROM changed) AS new
