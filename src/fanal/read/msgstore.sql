-- WhatsApp on Android: from its two schemas to the tables of whatsapp_db.sql. `s_<table>` are the source's tables.

-- name: address_raw
SELECT TRY_CAST(_id AS BIGINT) AS id, _row AS n, ${bare_raw} AS jid, raw
FROM (SELECT *, coalesce(nullif(raw_string, ''), "user" || '@' || server) AS raw FROM s_jid)
QUALIFY row_number() OVER (PARTITION BY id ORDER BY n) = 1

-- name: new_address
SELECT 'jid:' || n AS locator, n, jid FROM address_raw WHERE jid IS NOT NULL

-- name: old_address
SELECT CAST(NULL AS VARCHAR) AS locator, n, jid FROM address_raw WHERE false

-- name: alias
SELECT l.jid AS lid, arg_min(p.jid, m._row) AS phone
FROM s_jid_map AS m
JOIN address_raw AS l ON l.id = TRY_CAST(m.lid_row_id AS BIGINT)
JOIN address_raw AS p ON p.id = TRY_CAST(m.jid_row_id AS BIGINT)
WHERE l.jid LIKE '%@lid' AND p.jid NOT LIKE '%@lid' GROUP BY l.jid

-- name: new_chat_row
SELECT 'chat:' || c._row AS locator, c._row AS n, a.jid, nullif(c.subject, '') AS title,
       CASE WHEN a.jid LIKE '%@g.us' THEN ${created} END AS created, CAST(NULL AS VARCHAR) AS removed, TRY_CAST(c._id AS BIGINT) AS id
FROM s_chat AS c LEFT JOIN address_raw AS a ON a.id = TRY_CAST(c.jid_row_id AS BIGINT)

-- name: new_told
-- Every message with what the tables beside `message` say of it.
SELECT 'message' AS part, m._row AS n, c.jid AS channel_jid, m.chat_row_id AS chat_id, s.jid AS sender_jid,
       CASE WHEN s.id IS NULL AND TRY_CAST(m.sender_jid_row_id AS BIGINT) > 0 THEN m.sender_jid_row_id END AS sender_lost,
       coalesce(m.from_me = '1', false) AS from_me, nullif(m.key_id, '') AS key_id, m."timestamp" AS stamp,
       m.message_type AS type_text, TRY_CAST(m.message_type AS BIGINT) AS type,
       TRY_CAST(y.action_type AS BIGINT) AS action, coalesce(g.is_me_joined = '1', false) AS me_joined,
       nullif(m.text_data, '') AS body, v.old_data AS old_value,
       d.id IS NOT NULL AS medium, nullif(coalesce(nullif(d.file_path, ''), d.media_name), '') AS file,
       nullif(d.mime_type, '') AS mime, d.file_size AS bytes, d.file_hash AS hash, d.media_duration AS duration_s,
       d.width, d.height, d.media_caption AS caption,
       CASE WHEN r.id IS NOT NULL THEN coalesce(${revoked_at}, 'true') END AS revoked, ra.jid AS revoked_by,
       CASE WHEN e.id IS NOT NULL THEN coalesce(${edited_at}, 'true') END AS edited,
       f.forward_score AS forwarded,
       CASE WHEN l.latitude IS NOT NULL THEN l.latitude || ',' || l.longitude END AS place
FROM s_message AS m
LEFT JOIN chat_row AS c ON c.id = TRY_CAST(m.chat_row_id AS BIGINT)
LEFT JOIN address_raw AS s ON s.id = TRY_CAST(m.sender_jid_row_id AS BIGINT)
LEFT JOIN (${system}) AS y ON y.id = TRY_CAST(m._id AS BIGINT)
LEFT JOIN (${group}) AS g ON g.id = TRY_CAST(m._id AS BIGINT)
LEFT JOIN (${value_change}) AS v ON v.id = TRY_CAST(m._id AS BIGINT)
LEFT JOIN (${media}) AS d ON d.id = TRY_CAST(m._id AS BIGINT)
LEFT JOIN (${revoked}) AS r ON r.id = TRY_CAST(m._id AS BIGINT)
LEFT JOIN address_raw AS ra ON ra.id = TRY_CAST(r.admin_jid_row_id AS BIGINT)
LEFT JOIN (${edited}) AS e ON e.id = TRY_CAST(m._id AS BIGINT)
LEFT JOIN (${forwarded}) AS f ON f.id = TRY_CAST(m._id AS BIGINT)
LEFT JOIN (${location}) AS l ON l.id = TRY_CAST(m._id AS BIGINT)
WHERE NOT ${placeholder}

-- name: new_placeholders
-- The row without content that the application seeds the table with.
SELECT count(*) AS n FROM s_message AS m WHERE ${placeholder}

-- name: new_named
SELECT n, "order", jid FROM (
    SELECT TRY_CAST(m._id AS BIGINT) AS id, m._row AS n FROM s_message AS m
) AS m JOIN (
    SELECT TRY_CAST(p.message_row_id AS BIGINT) AS id, p._row AS "order", a.jid
    FROM s_message_system_chat_participant AS p
    LEFT JOIN address_raw AS a ON a.id = TRY_CAST(p.user_jid_row_id AS BIGINT)
) AS p ON p.id = m.id

-- name: new_number
SELECT m._row AS n, o.jid AS old_jid, w.jid AS new_jid
FROM s_message_system_number_change AS c
JOIN s_message AS m ON TRY_CAST(m._id AS BIGINT) = TRY_CAST(c.message_row_id AS BIGINT)
LEFT JOIN address_raw AS o ON o.id = TRY_CAST(c.old_jid_row_id AS BIGINT)
LEFT JOIN address_raw AS w ON w.id = TRY_CAST(c.new_jid_row_id AS BIGINT)

-- name: new_member
SELECT 'group_participant_user:' || p._row AS locator, p._row AS n, g.jid AS channel_jid, u.jid,
       ${role} AS role, ${added} AS "at", CAST(NULL AS VARCHAR) AS change, u.jid IS NULL AND u.raw IS NOT NULL AS me,
       CASE WHEN p.pending = '1' THEN '1' END AS pending, CAST(NULL AS VARCHAR) AS active,
       CASE WHEN p.rank NOT IN ('0', '1') THEN p.rank END AS rank, 1 AS list
FROM s_group_participant_user AS p
LEFT JOIN address_raw AS g ON g.id = TRY_CAST(p.group_jid_row_id AS BIGINT)
LEFT JOIN address_raw AS u ON u.id = TRY_CAST(p.user_jid_row_id AS BIGINT)
UNION ALL
SELECT 'group_past_participant_user:' || p._row, p._row, g.jid, u.jid, NULL, ${past},
       CASE p.is_leave WHEN '1' THEN 'left' WHEN '0' THEN 'removed' END, false, NULL, NULL, NULL, 2
FROM s_group_past_participant_user AS p
LEFT JOIN address_raw AS g ON g.id = TRY_CAST(p.group_jid_row_id AS BIGINT)
LEFT JOIN address_raw AS u ON u.id = TRY_CAST(p.user_jid_row_id AS BIGINT)

-- name: new_contact
SELECT 'lid_display_name:' || d._row AS locator, d._row AS n, a.jid, display_name, display_name AS stated_name,
       'self' AS name_source, nullif(username, '') AS username, CAST(NULL AS VARCHAR) AS number
FROM s_lid_display_name AS d JOIN address_raw AS a ON a.id = TRY_CAST(d.lid_row_id AS BIGINT)

-- name: old_chat_row
SELECT 'chat_list:' || _row AS locator, _row AS n, ${bare_key} AS jid, nullif(subject, '') AS title,
       CASE WHEN key_remote_jid LIKE '%@g.us' THEN ${creation} END AS created, CAST(NULL AS VARCHAR) AS removed,
       _row AS id
FROM s_chat_list

-- name: old_told
SELECT 'messages' AS part, m._row AS n, ${bare_key} AS channel_jid, m.key_remote_jid AS chat_id,
       ${bare_sender} AS sender_jid, CAST(NULL AS VARCHAR) AS sender_lost, coalesce(m.key_from_me = '1', false) AS from_me, nullif(m.key_id, '') AS key_id,
       m."timestamp" AS stamp, m.media_wa_type AS type_text,
       CASE WHEN m.status = '6' THEN 7 ELSE coalesce(TRY_CAST(nullif(m.media_wa_type, '') AS BIGINT),
            CASE WHEN coalesce(m.media_wa_type, '') = '' THEN 0 END) END AS type,
       CASE WHEN m.status = '6' THEN coalesce(TRY_CAST(y.action_type AS BIGINT), TRY_CAST(m.media_size AS BIGINT)) END
           AS action,
       coalesce(g.is_me_joined = '1', false) AS me_joined,
       nullif(coalesce(nullif(m.media_caption, ''), m."data"), '') AS body, CAST(NULL AS VARCHAR) AS old_value,
       m.status IS DISTINCT FROM '6'
           AND coalesce(nullif(m.media_mime_type, ''), nullif(m.media_hash, '')) IS NOT NULL AS medium,
       nullif(m.media_name, '') AS file, nullif(m.media_mime_type, '') AS mime, m.media_size AS bytes,
       m.media_hash AS hash, m.media_duration AS duration_s, CAST(NULL AS VARCHAR) AS width,
       CAST(NULL AS VARCHAR) AS height, m.media_caption AS caption,
       CASE WHEN m.media_wa_type = '15' THEN 'true' END AS revoked, CAST(NULL AS VARCHAR) AS revoked_by,
       CAST(NULL AS VARCHAR) AS edited, CASE WHEN m.forwarded <> '0' THEN m.forwarded END AS forwarded,
       CASE WHEN m.media_wa_type IN ('5', '16') THEN m.latitude || ',' || m.longitude END AS place
FROM s_messages AS m
LEFT JOIN (${system}) AS y ON y.id = m._row
LEFT JOIN (${group}) AS g ON g.id = m._row
WHERE NOT ${placeholder}

-- name: old_placeholders
SELECT count(*) AS n FROM s_messages AS m WHERE ${placeholder}

-- name: old_named
-- Members whom a notice of the old schema names, in the BLOB that stands in place of a thumbnail.
SELECT m._row AS n, unnest(range(1, len(found) + 1)) AS "order", unnest(found) AS jid
FROM (SELECT _row, string_split(thumb_image, ' ') AS found FROM s_messages
      WHERE status = '6' AND thumb_image LIKE '%@%') AS m
UNION ALL
SELECT TRY_CAST(p.message_row_id AS BIGINT), 1000 + p._row, j.jid
FROM s_message_system_chat_participant AS p
LEFT JOIN address_raw AS j ON j.id = TRY_CAST(p.user_jid_row_id AS BIGINT)

-- name: old_number
SELECT TRY_CAST(c.message_row_id AS BIGINT) AS n, o.jid AS old_jid, w.jid AS new_jid
FROM s_message_system_number_change AS c
LEFT JOIN address_raw AS o ON o.id = TRY_CAST(c.old_jid_row_id AS BIGINT)
LEFT JOIN address_raw AS w ON w.id = TRY_CAST(c.new_jid_row_id AS BIGINT)

-- name: old_member
SELECT 'group_participants:' || _row AS locator, _row AS n, ${bare_gjid} AS channel_jid, ${bare_jid} AS jid,
       CASE admin WHEN '0' THEN 'member' WHEN '1' THEN 'admin' WHEN '2' THEN 'admin' END AS role,
       CAST(NULL AS TIMESTAMP) AS "at", CAST(NULL AS VARCHAR) AS change, coalesce(jid, '') = '' AS me,
       CASE WHEN pending = '1' THEN '1' END AS pending, CAST(NULL AS VARCHAR) AS active,
       CASE WHEN admin NOT IN ('0', '1') THEN admin END AS rank, 1 AS list
FROM s_group_participants

-- name: said
SELECT * EXCLUDE (me_joined, caption, file, body), ${at} AS "at",
       CASE WHEN "at" IS NOT NULL THEN 'millisecond' END AS at_precision,
       coalesce(body, nullif(caption, '')) AS body, me_joined,
       CASE WHEN medium THEN coalesce(file, part || ':' || n) END AS file,
       ${kind} AS kind, type IS NOT NULL AND type NOT IN (${plain_types}) AS type_told,
       CASE WHEN type IN (42, 43, 82) THEN '1' END AS view_once
FROM told

-- name: happened
-- What notices tell of members. A rule says who is meant: those the notice names, or who caused it.
SELECT part, n, "order", change, jid, me, by_jid, by_me, via FROM (
    SELECT s.part, s.n, p."order", r.change, p.jid, false AS me,
           CASE WHEN r.has_actor AND s.sender_jid IS DISTINCT FROM p.jid THEN s.sender_jid END AS by_jid,
           r.has_actor AND s.sender_jid IS NULL AND s.from_me AND NOT s.me_joined AS by_me, r.via
    FROM said AS s JOIN named AS p ON p.n = s.n JOIN rule AS r ON r.action = s.action
    UNION ALL
    SELECT s.part, s.n, 0, r.change, CASE WHEN NOT s.me_joined THEN s.sender_jid END,
           s.me_joined OR s.sender_jid IS NULL, CASE WHEN s.me_joined AND r.has_actor THEN s.sender_jid END, false, r.via
    FROM said AS s JOIN rule AS r ON r.action = s.action
    WHERE (s.me_joined AND r.change IN ('added', 'joined'))
       OR (s.n NOT IN (SELECT n FROM named) AND (s.sender_jid IS NOT NULL OR s.from_me) AND r.alone)
    UNION ALL
    SELECT s.part, s.n, 0, CASE WHEN c.new_jid IS NOT NULL THEN 'number_changed' END, coalesce(c.new_jid, c.old_jid),
           false, CASE WHEN c.new_jid IS NOT NULL THEN c.old_jid END, false, NULL
    FROM said AS s JOIN number AS c ON c.n = s.n WHERE c.new_jid IS NOT NULL OR c.old_jid IS NOT NULL
    UNION ALL
    SELECT s.part, s.n, p."order", NULL, p.jid, false, NULL, false, NULL
    FROM said AS s JOIN named AS p ON p.n = s.n WHERE s.action IS NULL OR s.action NOT IN (SELECT action FROM rule)
)

-- name: history
-- The old schema's history of members: what its numbers of actions mean is not known.
SELECT 'group_participants_history:' || _row AS locator, _row AS n, ${bare_gjid} AS channel_jid, jid, "action",
       ${moment} AS "at"
FROM s_group_participants_history

-- name: wa_contact
SELECT 'wa.db/wa_contacts:' || _row AS locator, _row AS n, ${bare_jid} AS jid, display_name,
       display_name AS stated_name, 'owner''s contacts' AS name_source, CAST(NULL AS VARCHAR) AS username, number
FROM s_wa_contacts WHERE nullif(display_name, '') IS NOT NULL
UNION ALL
SELECT 'wa.db/wa_contacts:' || _row, _row, ${bare_jid}, wa_name, wa_name, 'self', NULL, number
FROM s_wa_contacts WHERE nullif(wa_name, '') IS NOT NULL
UNION ALL
SELECT 'wa.db/wa_contacts:' || _row, _row, ${bare_jid}, NULL, NULL, NULL, NULL, number
FROM s_wa_contacts WHERE nullif(display_name, '') IS NULL AND nullif(wa_name, '') IS NULL
