-- What is shown of media. No hash is among it.

-- name: matches
SELECT media, list, entry, kind, distance, share, version, agency, what, share_of_entry, quality, radius, least_quality,
       category, opinion, quarantined
FROM media_match ORDER BY media, list, entry
