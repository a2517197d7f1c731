-- name: bad
-- Elements of the graph that are no JSON objects.
SELECT 'byte:' || "offset" AS locator, CAST(NULL AS VARCHAR) AS column, $$reason AS reason, '' AS excerpt
FROM raw WHERE NOT json_valid(element) OR json_type(element) <> 'OBJECT' ORDER BY "offset"

-- name: node
-- Each node with keys without prefixes, and typed values and references as plain text.
SELECT "offset", coalesce(nullif(${id}, ''), '_:byte' || "offset") AS id, e, ${list_type} AS kinds, ${first_name} AS name
FROM (
    SELECT "offset",
           regexp_replace(regexp_replace(regexp_replace(regexp_replace(${aliased}, ${key_pattern}, '"\1":', 'g'),
               ${typed_first}, '\1', 'g'), ${typed_last}, '\1', 'g'), ${reference}, '\1', 'g') AS e
    FROM raw WHERE json_valid(element) AND json_type(element) = 'OBJECT'
)

-- name: facet
-- What nodes have: written in them, or as nodes of their own.
WITH listed AS (
    SELECT "offset", id, unnest(CASE json_type(held) WHEN 'ARRAY' THEN from_json(held, '["JSON"]') ELSE [held] END) AS f
    FROM (SELECT "offset", id, coalesce(e -> '$$.hasFacet', e -> '$$.facets', e -> '$$.propertyBundle') AS held FROM node)
    WHERE held IS NOT NULL
), whole AS (
    SELECT "offset", id, CAST(f AS VARCHAR) AS e FROM listed WHERE json_type(f) = 'OBJECT'
    UNION ALL
    SELECT l."offset", l.id, n.e FROM listed l JOIN node n ON n.id = ${id_of_f} WHERE json_type(l.f) = 'VARCHAR'
)
SELECT "offset", id, e, ${list_type} AS kinds FROM whole

-- name: application
SELECT n.id, coalesce(max(f.e ->> '$$.name'), max(n.name)) AS name
FROM node n LEFT JOIN facet f ON f.id = n.id AND list_contains(f.kinds, 'ApplicationFacet')
WHERE list_has_any(n.kinds, ['Application', 'Organization', 'MobileApplication']) OR f.id IS NOT NULL GROUP BY n.id

-- name: address
SELECT id, min("offset") AS "offset", lower(trim(min(value))) AS value
FROM (SELECT id, "offset", ${first_address} AS value FROM facet WHERE list_contains(kinds, 'EmailAddressFacet'))
WHERE value <> '' GROUP BY id

-- name: held
-- Nodes that are accounts, with what their facets say.
SELECT n.id, min(n."offset") AS "offset", max(n.name) AS name, bool_or(list_contains(n.kinds, 'PhoneAccount')) AS is_phone,
       max(nullif(${first_identifier}, '')) AS identifier, max(nullif(${first_login}, '')) AS login,
       max(${first_display}) AS display, max(nullif(${first_phone}, '')) AS phone, max(${first_mail}) AS mail,
       max(${first_application}) AS application, max(${first_issuer}) AS issuer, max(${first_created}) AS created
FROM node n LEFT JOIN facet f ON f.id = n.id
WHERE list_has_any(n.kinds, ['DigitalAccount', 'ApplicationAccount', 'PhoneAccount', 'EmailAccount', 'Account'])
      OR list_has_any(f.kinds, ['AccountFacet', 'DigitalAccountFacet', 'ApplicationAccountFacet', 'PhoneAccountFacet', 'EmailAccountFacet'])
GROUP BY n.id

-- name: relation
SELECT n."offset", n.id, ${id_of_source} AS source, ${id_of_target} AS target, lower(e ->> '$$.kindOfRelationship') AS kind
FROM (
    SELECT "offset", id, e, source_said, unnest(${list_target}) AS target_said
    FROM (
        SELECT "offset", id, e, unnest(${list_source}) AS source_said
        FROM node WHERE list_has_any(kinds, ['ObservableRelationship', 'Relationship'])
    )
) n

-- name: who
-- The key of each node that can be somebody's account.
SELECT id, "offset", login, display, phone, mail, created, identifier,
       CASE WHEN name = split_part(name, ':', 1) || ':' || identifier AND regexp_full_match(split_part(name, ':', 1), '[a-z][a-z0-9_-]*')
                THEN name
            WHEN slug = 'whatsapp' AND jid <> '' THEN 'whatsapp:+' || jid
            WHEN slug = 'whatsapp' AND digits IS NOT NULL THEN 'whatsapp:+' || ltrim(digits, '+')
            WHEN slug IS NULL AND phone IS NOT NULL THEN 'phone:' || coalesce(digits, phone)
            WHEN slug IS NULL AND mail IS NOT NULL THEN 'mail:' || mail
            WHEN coalesce(identifier, phone, mail, login) IS NOT NULL
                THEN coalesce(slug, 'case') || ':' || coalesce(identifier, phone, mail, login)
            ELSE 'case:' || id END AS account
FROM (
    SELECT h.id, h."offset", h.name, h.login, h.display, h.phone, h.created, h.identifier, coalesce(a.value, CASE WHEN contains(h.mail, '@')
               THEN lower(h.mail) END) AS mail,
           nullif(trim(regexp_replace(lower(coalesce(app.name, issuer.name)), '[^a-z0-9]+', '_', 'g'), '_'), '') AS slug,
           regexp_extract(coalesce(h.identifier, h.phone), '^\+?([0-9]{7,15})(?:[:.][0-9]+)*@(?:s\.whatsapp\.net|c\.us)$$', 1) AS jid,
           nullif(regexp_extract(regexp_replace(coalesce(h.phone, h.identifier), '[ ().-]', '', 'g'), '^\+?[0-9]{3,15}$$'), '') AS digits
    FROM held h LEFT JOIN address a ON a.id = ${id_of_mail} LEFT JOIN application app ON app.id = ${id_of_application}
         LEFT JOIN application issuer ON issuer.id = ${id_of_issuer}
    -- A number that a graph shows only as somebody's identifier is no account of its own.
    WHERE NOT (h.is_phone AND h.id IN (SELECT target FROM relation WHERE kind IN (${relations}) AND target IS NOT NULL))
)

-- name: facet_message
SELECT "offset", id, body, said, sent, what, system, sender, coalesce(to_list, []) AS people, status, application
FROM (
    SELECT "offset", id, CASE WHEN list_contains(kinds, 'CallFacet') THEN 'call' ELSE
               nullif(concat_ws(chr(10), nullif(${first_subject}, ''), nullif(coalesce(${first_text}, ${first_body}), '')), '') END AS body,
           coalesce(${first_sent}, ${first_received}, ${first_start}) AS said, ${sent_instant} AS sent, ${first_what} AS what,
           list_contains(kinds, 'CallFacet') AS system, ${id_of_from} AS sender, ${list_to} AS to_list,
           ${first_status} AS status, ${id_of_used} AS application
    FROM facet WHERE list_has_any(kinds, ['MessageFacet', 'SMSMessageFacet', 'EmailMessageFacet', 'CallFacet'])
)

-- name: person
-- Accounts by node, addresses of mail that wrote or received among them.
SELECT id, "offset", account, display, login, created, phone, mail, identifier FROM who
UNION ALL
SELECT a.id, a."offset", 'mail:' || a.value, NULL, NULL, NULL, NULL, a.value, NULL
FROM address a WHERE a.id NOT IN (SELECT id FROM who)
      AND (a.id IN (SELECT sender FROM facet_message) OR a.id IN (SELECT ${id_of_p} FROM (SELECT unnest(people) AS p FROM facet_message)))

-- name: account
SELECT 'byte:' || "offset" AS locator, account, split_part(account, ':', 1) AS platform, substr(account, strpos(account, ':') + 1) AS native_id,
       nullif(login, '') AS username, nullif(display, '') AS display_name, ${created_instant} AS created_at
FROM person ORDER BY "offset", id

-- name: identifier
SELECT 'byte:' || "offset" AS locator, account, kind, value, relation
FROM (
    SELECT "offset", account, 0 AS n, 'phone' AS kind, coalesce(phone, substr(account, strpos(account, ':') + 1)) AS value, 'user' AS relation
    FROM person WHERE phone IS NOT NULL OR starts_with(account, 'whatsapp:+')
    UNION ALL
    SELECT "offset", account, 1, 'email', mail, 'user' FROM person WHERE mail IS NOT NULL
    UNION ALL
    SELECT r."offset", p.account, 2,
           CASE WHEN a.id IS NOT NULL THEN 'email' WHEN ph.id IS NOT NULL THEN 'phone' ELSE 'crypto_address' END,
           coalesce(a.value, ph.phone, d.value), CASE WHEN r.kind IN (${relations}) THEN r.kind END
    FROM relation r JOIN person p ON p.id = r.source
         LEFT JOIN address a ON a.id = r.target
         LEFT JOIN (SELECT id, max(${first_phone_of}) AS phone FROM facet WHERE list_contains(kinds, 'PhoneAccountFacet') GROUP BY id) ph
              ON ph.id = r.target AND r.kind IN (${relations})
         LEFT JOIN (SELECT id, max(${first_address}) AS value FROM facet WHERE list_contains(kinds, 'DigitalAddressFacet') GROUP BY id) d
              ON d.id = r.target AND r.kind IN (${relations})
    WHERE coalesce(a.value, ph.phone, d.value) <> ''
) ORDER BY "offset", n, value

-- name: thread
SELECT "offset", id, nullif(${first_display_of}, '') AS title, coalesce(${list_message}, []) AS messages, coalesce(${list_participant}, []) AS people
FROM facet WHERE list_contains(kinds, 'MessageThreadFacet')

-- name: in_thread
SELECT ${id_of_p} AS message, min(channel) AS channel FROM (SELECT 'case:' || id AS channel, unnest(messages) AS p FROM thread) GROUP BY 1

-- name: channel
SELECT 'byte:' || min("offset") AS locator, 'case:' || id AS channel, 'case' AS platform, id AS native_id, max(title) AS title, 'thread' AS kind
FROM thread GROUP BY id ORDER BY min("offset")

-- name: membership
SELECT 'byte:' || t."offset" AS locator, p.account, 'case:' || t.id AS channel, 'member' AS role
FROM (SELECT "offset", id, unnest(range(1, len(people) + 1)) AS n, unnest(people) AS p FROM thread) t JOIN person p ON p.id = ${id_of_t_p}
ORDER BY t."offset", t.n

-- name: file
SELECT n.id, min(n."offset") AS "offset", max(${first_file}) AS file_name, max(${first_path}) AS path, max(${first_bytes}) AS bytes,
       max(${first_mime}) AS mime, max(${first_allocation}) AS allocation, max(h.md5) AS md5, max(h.sha1) AS sha1, max(h.sha256) AS sha256
FROM node n JOIN facet f ON f.id = n.id LEFT JOIN (
    SELECT id, max(value) FILTER (method LIKE 'md5%' AND length(value) = 32) AS md5,
           max(value) FILTER (method LIKE 'sha1%' AND length(value) = 40) AS sha1,
           max(value) FILTER (method LIKE 'sha256%' AND length(value) = 64) AS sha256
    FROM (
        SELECT id, lower(replace(regexp_extract(h ->> '$$.hashMethod', '([A-Za-z0-9-]+)$$', 1), '-', '')) AS method,
               lower(trim(h ->> '$$.hashValue')) AS value
        FROM (
            SELECT id, unnest(CASE json_type(hashes) WHEN 'ARRAY' THEN from_json(hashes, '["JSON"]') ELSE [hashes] END) AS h
            FROM (SELECT id, e -> '$$.hash' AS hashes FROM facet WHERE list_contains(kinds, 'ContentDataFacet')) WHERE hashes IS NOT NULL
        ) WHERE json_type(h) = 'OBJECT'
    ) WHERE regexp_full_match(value, '[0-9a-f]+') GROUP BY id
) h ON h.id = n.id
WHERE list_has_any(f.kinds, ['FileFacet', 'ContentDataFacet']) GROUP BY n.id

-- name: medium
SELECT *, CASE WHEN coalesce(sha256, sha1, md5) IS NULL THEN ${exhibit_prefix} || id ELSE 'case:' || coalesce(sha256, sha1, md5) END AS media
FROM file

-- name: media
SELECT 'byte:' || "offset" AS locator, media, 'case' AS platform, coalesce(path, file_name, id) AS native_id, md5, sha1, sha256, mime, bytes
FROM medium ORDER BY "offset", id

-- name: fingerprint
SELECT 'byte:' || m."offset" AS locator, m.media, try_cast(${first_second} AS DOUBLE) AS at_s, unhex(h.value) AS pdq,
       try_cast(h.quality AS BIGINT) AS quality, 'plain' AS variant
FROM (
    SELECT id, e, upper(${first_method}) AS method, trim(${first_print}) AS value, ${first_quality} AS quality
    FROM facet WHERE list_contains(kinds, 'PerceptualHashFacet')
) h JOIN medium m ON m.id = h.id
WHERE h.method = 'PDQ' AND regexp_full_match(h.value, '[0-9a-fA-F]{64}')
ORDER BY m."offset", at_s NULLS FIRST, pdq

-- name: handling
SELECT ${first_code} AS code, e -> '$$.definition' ->> '$$.statement' AS statement
FROM node WHERE list_contains(kinds, 'Handled') ORDER BY "offset"

-- name: attached
SELECT r.target AS message, m.media, m.mime, row_number() OVER (PARTITION BY r.target ORDER BY r."offset", m."offset", m.media) AS n
FROM relation r JOIN medium m ON m.id = r.source WHERE regexp_matches(r.kind, '^attach(?:ment|ed)')

-- name: message
SELECT 'byte:' || f."offset" AS locator, p.account, t.channel, f.sent AS "at", CASE WHEN f.sent IS NOT NULL THEN ${sent_precision} END AS at_precision,
       CASE WHEN f.system THEN 'system' WHEN a.mime LIKE 'image/%' THEN 'image' WHEN a.mime LIKE 'video/%' THEN 'video'
            WHEN a.mime LIKE 'audio/%' THEN 'audio' WHEN a.media IS NOT NULL THEN 'file' ELSE 'text' END AS kind,
       a.media, f.body
FROM facet_message f LEFT JOIN person p ON p.id = f.sender LEFT JOIN in_thread t ON t.message = f.id
     LEFT JOIN attached a ON a.message = f.id AND a.n = 1
ORDER BY f."offset", f.id

-- name: no_instant
SELECT 'byte:' || "offset" AS locator, 'at' AS column, $$reason AS reason, substr(said, 1, 80) AS excerpt
FROM facet_message WHERE sent IS NULL AND said <> '' ORDER BY "offset"

-- name: url
SELECT "offset", id, url FROM (SELECT "offset", id, ${first_url} AS url FROM facet WHERE list_contains(kinds, 'URLFacet')) WHERE url <> ''

-- name: link
SELECT 'byte:' || "offset" AS locator, url, lower(regexp_extract(url, '^(?:[a-zA-Z][a-zA-Z0-9+.-]*://)?(?:[^/?#@]*@)?([^/?#:]+)', 1)) AS host,
       'web' AS kind
FROM url ORDER BY "offset", id

-- name: provenance
SELECT "offset", id, ${first_exhibit} AS number, ${first_description} AS description, coalesce(${list_object}, []) AS objects
FROM node WHERE list_contains(kinds, 'ProvenanceRecord') ORDER BY "offset"

-- name: rows
-- Every node that became a row, with what is said of it.
SELECT id, "offset" FROM person UNION SELECT id, "offset" FROM facet_message UNION SELECT id, "offset" FROM file
UNION SELECT id, "offset" FROM thread UNION SELECT id, "offset" FROM url

-- name: remark
SELECT 'byte:' || "offset" AS locator, key, value
FROM (
    SELECT "offset", 0 AS part, 0 AS n, 'native_id' AS key, id AS value FROM rows
    UNION ALL
    SELECT r."offset", 1, 0, 'exhibit_number', p.number
    FROM (SELECT number, ${id_of_p} AS id FROM (SELECT number, unnest(objects) AS p FROM provenance WHERE number <> '')) p
         JOIN rows r ON r.id = p.id
    UNION ALL
    SELECT f."offset", 2, f.n, 'to', coalesce(p.account, f.said)
    FROM (SELECT "offset", n, ${id_of_p} AS said
          FROM (SELECT "offset", unnest(range(1, len(people) + 1)) AS n, unnest(people) AS p FROM facet_message)) f
         LEFT JOIN person p ON p.id = f.said
    UNION ALL
    SELECT "offset", 3, 0, 'message_type', what FROM facet_message
    UNION ALL
    SELECT "offset", 4, 0, 'deleted', status FROM facet_message WHERE regexp_matches(lower(status), 'delet|trash|unalloc')
    UNION ALL
    SELECT f."offset", 5, 0, 'application', a.name FROM facet_message f JOIN application a ON a.id = f.application
    UNION ALL
    SELECT f."offset", 6, a.n, 'more_media', a.media FROM attached a JOIN facet_message f ON f.id = a.message WHERE a.n > 1
    UNION ALL
    SELECT "offset", 7, 0, 'file', coalesce(path, file_name) FROM file
    UNION ALL
    SELECT "offset", 8, 0, 'deleted', allocation FROM file WHERE regexp_matches(lower(allocation), 'delet|unalloc')
) WHERE value <> '' ORDER BY "offset", part, n, value

-- name: tool
SELECT n.id, n.name, coalesce(n.e ->> '$$.version', max(f.e ->> '$$.version')) AS version
FROM node n LEFT JOIN facet f ON f.id = n.id
WHERE list_has_any(n.kinds, ['Tool', 'AnalyticTool', 'ConfiguredTool', 'DefensiveTool', 'MaliciousTool']) GROUP BY n.id, n.name, n.e

-- name: action
SELECT a.name, a.began, a.ended, a.description, string_agg(concat_ws(' ', t.name, t.version), ', ' ORDER BY t.name) AS tools
FROM (
    SELECT "offset", name, began, ended, description, ${id_of_p} AS tool
    FROM (
        SELECT "offset", name, ${first_began} AS began, ${first_ended} AS ended, ${first_description} AS description,
               unnest(coalesce(${list_instrument}, [''])) AS p
        FROM node WHERE list_contains(kinds, 'InvestigativeAction')
    )
) a LEFT JOIN tool t ON t.id = a.tool
GROUP BY a."offset", a.name, a.began, a.ended, a.description ORDER BY a."offset"

-- name: unread
-- Nodes of which nothing was taken, by type.
SELECT coalesce(kinds[1], '') AS kind, count(*) AS n
FROM node WHERE id NOT IN (SELECT id FROM rows) AND NOT coalesce(list_has_any(kinds, [${context_kinds}]), false)
      AND NOT coalesce(list_bool_or(list_transform(kinds, lambda k: ends_with(k, 'Facet'))), false)
      AND id NOT IN (SELECT id FROM address)
      AND id NOT IN (SELECT target FROM relation WHERE kind IN (${relations}) AND target IS NOT NULL)
GROUP BY 1 ORDER BY 1
