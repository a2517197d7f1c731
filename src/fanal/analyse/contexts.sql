-- What of some accounts is context only, and which edition of which list says so, out of the table beside the snapshot.

-- name: contexts
SELECT c.kind, c.value, c.context, c.list, c.edition, min(c.source) AS source, min(c.digest) AS digest,
       CAST(sum(c.uses) AS BIGINT) AS uses, min(c.obs) AS obs
FROM page_context AS c
WHERE c.account IN (SELECT unnest($told))
GROUP BY c.kind, c.value, c.context, c.list, c.edition
ORDER BY uses DESC, c.kind, c.value, c.list
