-- WhatsApp on iOS: from the tables of ChatStorage.sqlite to those of whatsapp_db.sql. `s_<table>` are the source's tables.

-- name: address
SELECT CAST(NULL AS VARCHAR) AS locator, CAST(NULL AS BIGINT) AS n, CAST(NULL AS VARCHAR) AS jid WHERE false

-- name: alias
-- Pairs of a LID and a number that one row tells: a chat's two addresses, a contact's two.
SELECT lid, arg_min(phone, n) AS phone FROM (
    SELECT CASE WHEN one LIKE '%@lid' THEN one ELSE other END AS lid,
           CASE WHEN one LIKE '%@lid' THEN other ELSE one END AS phone, n
    FROM (
        SELECT ${bare_contact} AS one, ${bare_identifier} AS other, Z_PK AS n FROM s_ZWACHATSESSION
        UNION ALL
        SELECT ${bare_whatsapp}, ${bare_lid}, '9' || Z_PK FROM s_ZWAADDRESSBOOKCONTACT
    )
)
WHERE lid LIKE '%@lid' AND phone LIKE '%@s.whatsapp.net' GROUP BY lid

-- name: session
SELECT TRY_CAST(Z_PK AS BIGINT) AS id, _row AS n, ${bare_contact} AS jid, nullif(ZPARTNERNAME, '') AS name, ZREMOVED,
       ZGROUPINFO
FROM s_ZWACHATSESSION QUALIFY row_number() OVER (PARTITION BY TRY_CAST(Z_PK AS BIGINT) ORDER BY _row) = 1

-- name: info
SELECT _row AS n, TRY_CAST(ZCHATSESSION AS BIGINT) AS session, ${creation} AS created,
       ${bare_creator} AS creator
FROM s_ZWAGROUPINFO

-- name: chat_row
SELECT 'ZWACHATSESSION:' || s.n AS locator, s.n, s.jid, CASE WHEN s.jid LIKE '%@g.us' THEN s.name END AS title,
       i.created, CASE WHEN s.ZREMOVED = '1' THEN '1' END AS removed
FROM session AS s LEFT JOIN (SELECT session, min(created) AS created FROM info GROUP BY session) AS i ON i.session = s.id

-- name: group_member
SELECT TRY_CAST(Z_PK AS BIGINT) AS id, _row AS n, TRY_CAST(ZCHATSESSION AS BIGINT) AS session, ${bare_member} AS jid,
       ZISADMIN, ZISACTIVE, coalesce(nullif(ZCONTACTNAME, ''), nullif(ZFIRSTNAME, '')) AS name
FROM s_ZWAGROUPMEMBER QUALIFY row_number() OVER (PARTITION BY TRY_CAST(Z_PK AS BIGINT) ORDER BY _row) = 1

-- name: told
SELECT 'ZWAMESSAGE' AS part, m._row AS n, s.jid AS channel_jid, m.ZCHATSESSION AS chat_id, g.jid AS member_jid,
       CASE WHEN TRY_CAST(m.ZMESSAGETYPE AS BIGINT) IN (${notices}) THEN NULL
            WHEN g.jid IS NOT NULL THEN g.jid
            WHEN s.jid LIKE '%@g.us' THEN NULL ELSE ${bare_from} END AS sender_jid,
       CASE WHEN g.id IS NULL AND TRY_CAST(m.ZGROUPMEMBER AS BIGINT) > 0 THEN m.ZGROUPMEMBER END AS sender_lost,
       coalesce(m.ZISFROMME = '1', false) AS from_me, nullif(m.ZSTANZAID, '') AS key_id, m.ZMESSAGEDATE AS stamp,
       m.ZMESSAGETYPE AS type_text, TRY_CAST(m.ZMESSAGETYPE AS BIGINT) AS type,
       CASE WHEN TRY_CAST(m.ZMESSAGETYPE AS BIGINT) IN (${notices}) THEN TRY_CAST(m.ZGROUPEVENTTYPE AS BIGINT) END AS action,
       coalesce(nullif(m.ZTEXT, ''), nullif(i.ZTITLE, '')) AS body, CAST(NULL AS VARCHAR) AS old_value,
       i.id IS NOT NULL AND (nullif(i.ZMEDIALOCALPATH, '') IS NOT NULL
           OR TRY_CAST(m.ZMESSAGETYPE AS BIGINT) IN (${media_types})) AS medium,
       nullif(i.ZMEDIALOCALPATH, '') AS path,
       CASE WHEN regexp_full_match(i.ZVCARDSTRING, '[a-z]+/[a-zA-Z0-9.+-]+(;.*)?') THEN i.ZVCARDSTRING END AS mime,
       i.ZFILESIZE AS bytes,
       CASE WHEN regexp_full_match(i.ZVCARDNAME, '[A-Za-z0-9+/]{43}=') THEN i.ZVCARDNAME END AS hash,
       i.ZMOVIEDURATION AS duration_s, CAST(NULL AS VARCHAR) AS width, CAST(NULL AS VARCHAR) AS height,
       CASE WHEN m.ZMESSAGETYPE = '14' THEN 'true' END AS revoked, CAST(NULL AS VARCHAR) AS revoked_by,
       CAST(NULL AS VARCHAR) AS edited,
       CASE WHEN (TRY_CAST(m.ZFLAGS AS BIGINT) & 128) <> 0 THEN 'true' END AS forwarded,
       CASE WHEN m.ZMESSAGETYPE = '5' THEN i.ZLATITUDE || ',' || i.ZLONGITUDE END AS place
FROM s_ZWAMESSAGE AS m
LEFT JOIN session AS s ON s.id = TRY_CAST(m.ZCHATSESSION AS BIGINT)
LEFT JOIN group_member AS g ON g.id = TRY_CAST(m.ZGROUPMEMBER AS BIGINT)
LEFT JOIN (${items}) AS i ON i.id = TRY_CAST(m.ZMEDIAITEM AS BIGINT)

-- name: said
SELECT *, ${at} AS "at",
       CASE WHEN "at" IS NULL THEN NULL WHEN contains(rtrim(rtrim(stamp, '0'), '.'), '.') THEN 'millisecond'
            ELSE 'second' END AS at_precision,
       CASE WHEN medium THEN coalesce(path, part || ':' || n) END AS file,
       ${kind} AS kind, type IS NOT NULL AND type NOT IN (${plain_types}) AS type_told,
       CASE WHEN type IN (38, 39, 53) THEN '1' END AS view_once
FROM told

-- name: happened
-- A notice's member is whom it is about; its text is the address of who caused it, or of more members.
SELECT part, n, "order", change, jid, me, CASE WHEN by_jid IS DISTINCT FROM jid THEN by_jid END AS by_jid,
       false AS by_me, CAST(NULL AS VARCHAR) AS via
FROM (
    SELECT s.part, s.n, 0 AS "order", r.change, s.member_jid AS jid,
           s.member_jid IS NULL AND (s.from_me OR r.of_owner) AS me,
           CASE WHEN r.has_actor AND regexp_full_match(s.body, ${one_address}) THEN ${bare_body} END AS by_jid
    FROM said AS s JOIN rule AS r ON r.type = s.type AND r.action = s.action
    WHERE NOT r.lists
    UNION ALL
    SELECT part, n, 1, change, jid, false, by_jid FROM (
        SELECT s.part, s.n, r.change, unnest(regexp_extract_all(s.body, ${addresses})) AS jid, s.member_jid AS by_jid
        FROM said AS s JOIN rule AS r ON r.type = s.type AND r.action = s.action WHERE r.lists
    )
    UNION ALL
    SELECT s.part, s.n, 0, NULL, s.member_jid, false, NULL
    FROM said AS s ANTI JOIN rule AS r ON r.type = s.type AND r.action = s.action
    WHERE s.member_jid IS NOT NULL AND s.action IS NOT NULL
)
WHERE jid IS NOT NULL OR me

-- name: member
SELECT 'ZWAGROUPMEMBER:' || g.n AS locator, g.n, s.jid AS channel_jid, g.jid,
       CASE WHEN g.ZISACTIVE = '0' THEN NULL WHEN g.ZISADMIN = '1' THEN 'admin' ELSE 'member' END AS role,
       CAST(NULL AS TIMESTAMP) AS "at", CAST(NULL AS VARCHAR) AS change, false AS me, CAST(NULL AS VARCHAR) AS pending,
       CASE WHEN g.ZISACTIVE = '0' THEN '0' END AS active, CAST(NULL AS VARCHAR) AS rank, 1 AS list
FROM group_member AS g LEFT JOIN session AS s ON s.id = g.session
UNION ALL
SELECT 'ZWAGROUPINFO:' || i.n, i.n, s.jid, i.creator, 'admin', i.created, 'created', false, NULL, NULL, NULL, 2
FROM info AS i LEFT JOIN session AS s ON s.id = i.session WHERE i.creator IS NOT NULL

-- name: contact
SELECT 'ZWAGROUPMEMBER:' || n AS locator, n, jid, name AS display_name, name AS stated_name,
       'owner''s contacts' AS name_source, CAST(NULL AS VARCHAR) AS username, CAST(NULL AS VARCHAR) AS number
FROM group_member WHERE name IS NOT NULL
UNION ALL
SELECT 'ZWACHATSESSION:' || n, n, jid, name, NULL, NULL, NULL, NULL
FROM session WHERE name IS NOT NULL AND jid NOT LIKE '%@g.us'
UNION ALL
SELECT 'ZWAPROFILEPUSHNAME:' || _row, _row, ${bare_jid}, ZPUSHNAME, ZPUSHNAME, 'self', NULL, NULL
FROM s_ZWAPROFILEPUSHNAME WHERE nullif(ZPUSHNAME, '') IS NOT NULL
UNION ALL
SELECT 'ContactsV2.sqlite/ZWAADDRESSBOOKCONTACT:' || _row, _row, coalesce(${bare_whatsapp}, ${bare_lid}), ZFULLNAME,
       ZFULLNAME, CASE WHEN nullif(ZFULLNAME, '') IS NOT NULL THEN 'owner''s contacts' END, NULL, ZPHONENUMBER
FROM s_ZWAADDRESSBOOKCONTACT
