-- name: told
-- Each message with its fields as text, and the chat it stands in.
SELECT "offset", parent, list, element, ${fields}, ${instant} AS "at",
       CASE WHEN edited_unixtime IS NOT NULL OR edited IS NOT NULL THEN ${edited_instant} END AS edited_at,
       c.channel AS channel
FROM (
    SELECT *, json_extract_string(element, ${paths}) AS f
    FROM raw WHERE json_valid(element) AND json_type(element) = 'OBJECT'
) r LEFT JOIN chat c USING (list, parent)

-- name: bad
-- Elements that are no JSON objects.
SELECT 'byte:' || "offset" AS locator, CAST(NULL AS VARCHAR) AS column, $$reason AS reason, substr(element, 1, 200) AS excerpt
FROM raw WHERE NOT json_valid(element) OR json_type(element) <> 'OBJECT' ORDER BY "offset"

-- name: said
-- Each message with its account, kind, body and file.
SELECT *, ${account_of_sender} AS account,
       CASE WHEN service THEN CASE WHEN action IN (${actions}) THEN 'system' ELSE 'system_unknown' END
            WHEN type <> 'message' THEN 'system_unknown'
            WHEN media_type = 'sticker' THEN 'sticker'
            WHEN media_type IN ('video_file', 'video_message', 'animation') THEN 'video'
            WHEN media_type IN ('voice_message', 'audio_file') THEN 'audio'
            WHEN photo IS NOT NULL OR mime_type LIKE 'image/%' THEN 'image'
            WHEN mime_type LIKE 'video/%' THEN 'video'
            WHEN mime_type LIKE 'audio/%' THEN 'audio'
            WHEN file IS NOT NULL THEN 'file' ELSE 'text' END AS kind,
       CASE WHEN file_said IS NULL THEN NULL
            WHEN file_said LIKE '%(%' AND regexp_matches(file_said, '\((?:File|Photo) [^()]*\)')
            THEN ${media_prefix} || channel_part || '/' || coalesce(id, '') ELSE ${media_prefix} || file_said END AS media,
       file_said IS NOT NULL AND NOT (file_said LIKE '%(%' AND regexp_matches(file_said, '\((?:File|Photo) [^()]*\)')) AS named
FROM (
    SELECT *, coalesce(type = 'service', false) AS service, coalesce(from_id, actor_id) AS sender_id,
           coalesce("from", actor) AS sender, coalesce(file, photo) AS file_said,
           coalesce(substr(channel, 10), 'chat') AS channel_part,
           -- Only text that begins with a bracket can be a list of pieces: the others need no second look.
           CASE WHEN NOT starts_with(text, '[') OR json_type(element, '$$.text') <> 'ARRAY' THEN nullif(text, '')
                ELSE nullif(array_to_string(list_transform(from_json(json_extract(element, '$$.text'), '["JSON"]'),
                    lambda piece: CASE json_type(piece) WHEN 'VARCHAR' THEN piece ->> '$$' ELSE coalesce(piece ->> '$$.text', '') END), ''), '')
           END AS words
    FROM told
)

-- name: seen
-- Accounts that a batch names and none before did, at the first message that names them.
SELECT account, min("offset") AS "offset", arg_min(sender, "offset") AS sender
FROM said s WHERE account IS NOT NULL AND account NOT IN (SELECT account FROM known) GROUP BY account

-- name: account
SELECT 'byte:' || "offset" AS locator, account, 'telegram' AS platform, substr(account, 10) AS native_id,
       sender AS display_name,
       CASE WHEN sender IS NULL THEN NULL
            WHEN account IN (SELECT account FROM contact) THEN 'owner''s contacts' WHEN ${with_contacts} THEN 'self' END AS name_source
FROM seen ORDER BY "offset", account

-- name: message
SELECT 'byte:' || "offset" AS locator, account, channel, "at", CASE WHEN "at" IS NOT NULL THEN 'second' END AS at_precision,
       kind, media, coalesce(words, information_text, CASE WHEN service THEN action END) AS body
FROM said ORDER BY "offset"

-- name: media
SELECT 'byte:' || min("offset") AS locator, media, 'telegram' AS platform,
       arg_min(CASE WHEN named THEN file_said END, "offset") AS native_id,
       arg_min(coalesce(mime_type, ${mime_by_ending}), "offset") AS mime,
       arg_min(coalesce(file_size, photo_file_size), "offset") AS bytes,
       arg_min(duration_seconds, "offset") AS duration_s, arg_min(width, "offset") AS width, arg_min(height, "offset") AS height
FROM said WHERE media IS NOT NULL AND media NOT IN (SELECT media FROM known_media) GROUP BY media ORDER BY min("offset")

-- name: remark
SELECT 'byte:' || "offset" AS locator, key, value
FROM (
    SELECT "offset", unnest(range(1, len(said) + 1)) AS n, unnest(said).key AS key, unnest(said).value AS value
    FROM (
        SELECT "offset", [
            {'key': 'native_id', 'value': id},
            {'key': 'action', 'value': CASE WHEN service THEN action END},
            {'key': 'edited', 'value': strftime(edited_at, '%Y-%m-%dT%H:%M:%SZ')},
            {'key': 'forwarded_from', 'value': CASE WHEN contains(element, '"forwarded_from"') AND json_exists(element, '$$.forwarded_from')
                THEN coalesce(forwarded_from, '(deleted account)') END},
            {'key': 'forwarded_from_id', 'value': ${forwarded_account}},
            {'key': 'saved_from', 'value': saved_from},
            {'key': 'reply_to', 'value': reply_to_message_id},
            {'key': 'about_message', 'value': message_id},
            {'key': 'via_bot', 'value': via_bot},
            {'key': 'signed', 'value': author},
            {'key': 'file_name', 'value': file_name},
            {'key': 'media_type', 'value': media_type},
            {'key': 'self_destruct_s', 'value': self_destruct_period_seconds},
            {'key': 'title', 'value': CASE WHEN service THEN title END},
            {'key': 'duration_s', 'value': CASE WHEN service THEN coalesce(duration_seconds, duration) END},
            {'key': 'discard_reason', 'value': discard_reason},
            {'key': 'place', 'value': latitude || ',' || longitude},
            {'key': 'place_name', 'value': place_name},
            {'key': 'shared_contact', 'value': nullif(concat_ws(' ', nullif(contact_first_name, ''), nullif(contact_last_name, ''),
                nullif(contact_phone, '')), '')},
            {'key': 'poll', 'value': poll},
            {'key': 'reactions', 'value': CASE WHEN contains(element, '"reactions"') THEN
                CAST(list_sum(CAST(json_extract_string(element, '$$.reactions[*].count') AS BIGINT[])) AS VARCHAR) END}
        ] AS said FROM said
    )
) WHERE value IS NOT NULL AND value <> '' ORDER BY "offset", n

-- name: link
-- What the messenger itself marked as a link, in the order of the text.
SELECT 'byte:' || "offset" AS locator, url, host,
       CASE WHEN host IN ('t.me', 'telegram.me', 'telegram.dog', 'chat.whatsapp.com', 'discord.gg', 'signal.group') THEN 'invite'
            WHEN host LIKE 'maps.%' OR contains(url, '/maps') THEN 'place' ELSE 'web' END AS kind,
       account, "at", CASE WHEN "at" IS NOT NULL THEN 'second' END AS at_precision
FROM (
    SELECT "offset", n, account, "at", url,
           lower(regexp_extract(url, '^(?:[a-zA-Z][a-zA-Z0-9+.-]*://)?(?:[^/?#@]*@)?([^/?#:]+)', 1)) AS host
    FROM (
        SELECT "offset", n, account, "at", coalesce(nullif(piece ->> '$$.href', ''), piece ->> '$$.text') AS url
        FROM (
            SELECT "offset", account, "at", unnest(range(1, len(pieces) + 1)) AS n, unnest(pieces) AS piece
            FROM (
                SELECT "offset", account, "at", from_json(coalesce(
                    CASE WHEN json_type(element, '$$.text_entities') = 'ARRAY' THEN json_extract(element, '$$.text_entities') END,
                    CASE WHEN json_type(element, '$$.text') = 'ARRAY' THEN json_extract(element, '$$.text') END, '[]'), '["JSON"]') AS pieces
                FROM said WHERE contains(element, '"link"') OR contains(element, '"text_link"')
            )
        ) WHERE json_type(piece) = 'OBJECT' AND piece ->> '$$.type' IN ('link', 'text_link')
    )
) WHERE host <> '' ORDER BY "offset", n

-- name: no_instant
SELECT 'byte:' || "offset" AS locator, 'at' AS column, $$reason AS reason, coalesce(date_unixtime, date) AS excerpt
FROM said WHERE "at" IS NULL AND coalesce(nullif(date_unixtime, ''), date) <> '' ORDER BY "offset"

-- name: naming
-- Which names an account bears in a chat.
SELECT DISTINCT list, parent, sender AS name, account FROM said WHERE sender IS NOT NULL AND account IS NOT NULL

-- name: change
-- Who comes and goes by service messages. `members` has names alone: their accounts are looked for when all is read.
SELECT "offset", n, list, parent, channel, "at", change, account, by_account, name
FROM (
    SELECT "offset", 0 AS n, list, parent, channel, "at", account, CAST(NULL AS VARCHAR) AS by_account,
           CASE WHEN action IN ('create_group', 'create_channel') THEN 'created' ELSE 'joined' END AS change,
           CAST(NULL AS VARCHAR) AS name
    FROM said WHERE service AND action IN ('create_group', 'create_channel', 'join_group_by_link', 'join_group_by_request')
    UNION ALL
    SELECT "offset", n, list, parent, channel, "at",
           CASE WHEN alone AND name = actor THEN account END,
           CASE WHEN alone AND name = actor THEN NULL ELSE account END,
           CASE WHEN action = 'remove_members' THEN CASE WHEN alone AND name = actor THEN 'left' ELSE 'removed' END
                WHEN alone AND name = actor THEN 'joined' ELSE 'added' END,
           CASE WHEN alone AND name = actor THEN NULL ELSE coalesce(name, '') END
    FROM (
        SELECT "offset", list, parent, channel, "at", account, action, actor, len(people) = 1 AND action <> 'create_group' AS alone,
               unnest(range(1, len(people) + 1)) AS n, unnest(people) AS name
        FROM (
            SELECT *, json_extract_string(element, '$$.members[*]') AS people
            FROM said WHERE service AND action IN ('create_group', 'invite_members', 'remove_members') AND contains(element, '"members"')
        )
    ) WHERE NOT (action = 'create_group' AND coalesce(name = actor, false))
)

-- name: named
-- Names that one account alone bears in a chat.
SELECT list, parent, name, min(account) AS account FROM naming GROUP BY list, parent, name HAVING count(DISTINCT account) = 1

-- name: member
SELECT c."offset", c.n, coalesce(c.account, n.account) AS account, c.channel, c."at", c.change, c.by_account, c.name,
       c.account IS NULL AND n.account IS NOT NULL AS resolved
FROM change c LEFT JOIN named n ON n.list = c.list AND n.parent = c.parent AND n.name = c.name

-- name: membership
SELECT 'byte:' || "offset" AS locator, account, channel,
       CASE WHEN change = 'created' THEN 'admin' WHEN change IN ('added', 'joined') THEN 'member' END AS role,
       "at", CASE WHEN "at" IS NOT NULL THEN 'second' END AS at_precision, change, by_account
FROM member ORDER BY "offset", n

-- name: member_remark
SELECT 'byte:' || "offset" AS locator, CASE WHEN resolved THEN 'resolved_by_name' ELSE 'member_name' END AS key, name AS value
FROM member WHERE name <> '' ORDER BY "offset", n

-- name: figures
SELECT count(*) AS rows, count(*) FILTER (named) AS files, count(*) FILTER (media IS NOT NULL AND NOT named) AS left_out,
       min("at") AS first_at, max("at") AS last_at,
       count(*) FILTER (kind = 'system_unknown') AS unknown, count(*) FILTER (date_unixtime IS NULL AND date IS NOT NULL) AS local_times,
       count(*) FILTER (account IS NULL AND NOT service) AS nobody,
       list_sort(list(DISTINCT coalesce(action, type)) FILTER (kind = 'system_unknown'))[:20] AS unknown_actions
FROM said

-- name: contact_told
SELECT "offset", json_extract_string(element, ['$$.user_id', '$$.first_name', '$$.last_name', '$$.phone_number', '$$.date_unixtime', '$$.date']) AS f
FROM raw WHERE json_valid(element) AND json_type(element) = 'OBJECT'

-- name: contact_said
SELECT "offset", CASE WHEN f[1] <> '0' AND f[1] <> '' THEN 'telegram:' || f[1] END AS account, f[1] AS native_id,
       nullif(trim(concat_ws(' ', f[2], f[3])), '') AS name, nullif(f[4], '') AS phone, f[5] AS unix, f[6] AS day
FROM contact_told

-- name: contact_account
SELECT 'byte:' || "offset" AS locator, account, 'telegram' AS platform, native_id, name AS display_name,
       CASE WHEN name IS NOT NULL THEN 'owner''s contacts' END AS name_source
FROM contact_said WHERE account IS NOT NULL ORDER BY "offset"

-- name: contact_identifier
SELECT 'byte:' || "offset" AS locator, account, 'phone' AS kind, phone AS value, 'user' AS relation
FROM contact_said WHERE account IS NOT NULL AND phone IS NOT NULL ORDER BY "offset"

-- name: contact_remark
SELECT 'byte:' || "offset" AS locator, 'in_contacts_since' AS key, strftime(${contact_instant}, '%Y-%m-%dT%H:%M:%SZ') AS value
FROM contact_said WHERE account IS NOT NULL AND unix <> '0' AND ${contact_instant} IS NOT NULL ORDER BY "offset"

-- name: session_told
SELECT "offset", ${session_fields}, ${session_instant} AS "at"
FROM (SELECT "offset", json_extract_string(element, ${session_paths}) AS f
      FROM raw WHERE json_valid(element) AND json_type(element) = 'OBJECT')

-- name: login
SELECT 'byte:' || "offset" AS locator, ${owner} AS account, "at", CASE WHEN "at" IS NOT NULL THEN 'second' END AS at_precision,
       nullif(last_ip, '') AS ip,
       nullif(concat_ws(', ', nullif(trim(concat_ws(' ', application_name, application_version)), ''), nullif(browser, ''),
              nullif(domain_name, ''), nullif(device_model, ''), nullif(platform, ''), nullif(system_version, '')), '') AS user_agent,
       ${rule} AS rule
FROM session_told ORDER BY "offset"

-- name: session_remark
SELECT 'byte:' || "offset" AS locator, key, value FROM (
    SELECT "offset", unnest([1, 2, 3, 4]) AS n, unnest(['country', 'region', 'session_created', 'bot']) AS key,
           unnest([last_country, last_region, coalesce(created_unixtime, created), bot_username]) AS value
    FROM session_told
) WHERE value <> '' ORDER BY "offset", n

-- name: frequent_told
SELECT "offset", json_extract_string(element, ['$$.id', '$$.category', '$$.type', '$$.name', '$$.rating']) AS f
FROM raw WHERE json_valid(element) AND json_type(element) = 'OBJECT'

-- name: frequent_account
SELECT 'byte:' || "offset" AS locator, account, 'telegram' AS platform, substr(account, 10) AS native_id, name AS display_name,
       CASE WHEN name IS NULL THEN NULL
            WHEN account IN (SELECT account FROM contact) THEN 'owner''s contacts' WHEN ${with_contacts} THEN 'self' END AS name_source
FROM frequent_new ORDER BY "offset", account

-- name: frequent_new
SELECT 'telegram:' || f[1] AS account, min("offset") AS "offset", arg_min(f[4], "offset") AS name
FROM frequent_told WHERE f[3] = 'user' AND f[1] <> '' AND 'telegram:' || f[1] NOT IN (SELECT account FROM known) GROUP BY 1

-- name: frequent_remark
SELECT 'byte:' || "offset" AS locator, 'frequent_contact' AS key,
       concat_ws(' ', f[2], f[3], CASE WHEN f[3] <> 'user' THEN coalesce(f[4], '') || ' ' || coalesce(f[1], '') END, f[5]) AS value
FROM frequent_told ORDER BY "offset"
