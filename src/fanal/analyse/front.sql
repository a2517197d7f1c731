-- What an operation's front page counts. Not part of any step.

-- name: by_country
SELECT o.country, count(*) AS identities, count(CASE WHEN t.meets THEN 1 END) AS meeting
FROM identity_origin AS o
LEFT JOIN identity_threshold AS t ON t.identity = o.identity
WHERE NOT o.undetermined AND o.country IS NOT NULL
GROUP BY o.country
ORDER BY o.country

-- name: unknown
SELECT (SELECT count(*)
        FROM identity AS i
        LEFT JOIN identity_origin AS o ON o.identity = i.identity
        WHERE coalesce(o.undetermined, true)) AS identities,
       (SELECT count(*)
        FROM identity_account AS a
        LEFT JOIN identity_origin AS o ON o.identity = a.identity
        WHERE coalesce(o.undetermined, true)) AS accounts,
       (SELECT count(DISTINCT m.media)
        FROM media AS m
        WHERE NOT EXISTS (SELECT 1 FROM media_state AS s WHERE s.media = m.media)) AS media

-- name: crossed
SELECT (SELECT count(*)
        FROM (SELECT identity FROM identity EXCEPT SELECT identity FROM identity_before) AS new) AS founded,
       (SELECT count(*)
        FROM (SELECT identity FROM identity_threshold WHERE meets
              EXCEPT SELECT identity FROM threshold_before WHERE meets) AS up) AS met,
       (SELECT count(*)
        FROM (SELECT identity FROM threshold_before WHERE meets
              EXCEPT SELECT identity FROM identity_threshold WHERE meets) AS down) AS lost
