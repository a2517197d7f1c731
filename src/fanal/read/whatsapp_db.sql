-- Statements that all WhatsApp databases share, over tables that each reader defines:
--   said (part, n, channel_jid, sender_jid, from_me, key_id, stamp, "at", at_precision, kind, type, action, body,
--         file, mime, bytes, hash, duration_s, width, height, medium, revoked, revoked_by, edited, forwarded, place)
--   happened (part, n, "order", change, jid, me, by_jid, by_me, via)   changes of membership that notices tell
--   member (locator, n, channel_jid, jid, role, "at", change, me, pending, active, rank, list) lists of members, present and past
--   chat_row (locator, n, jid, title, created, removed)                       chats
--   contact (locator, n, jid, display_name, stated_name, name_source, username, number)
--   alias (lid, phone)                                                 which LID hides which number
--   address (locator, n, jid)                                          a table of addresses, where there is one

-- name: mention
-- Every place that names an address: those of a table of addresses first.
SELECT 0 AS "order", n, locator, jid FROM address
UNION ALL SELECT 1, n, locator, jid FROM chat_row
UNION ALL SELECT 2, n, locator, jid FROM member
UNION ALL SELECT 3, n, locator, jid FROM contact
UNION ALL SELECT 4, n, part || ':' || n, sender_jid FROM said WHERE sender_jid IS NOT NULL
UNION ALL SELECT 5, n, part || ':' || n, jid FROM happened
UNION ALL SELECT 6, n, part || ':' || n, by_jid FROM happened
UNION ALL SELECT 7, n, part || ':' || n, revoked_by FROM said WHERE revoked_by IS NOT NULL
UNION ALL SELECT 8, n, part || ':' || n, channel_jid FROM said WHERE channel_jid IS NOT NULL

-- name: person
-- Every address with the account that stands for it: a LID whose number is known is that number's.
SELECT jid, phone, canonical, lid, account, locator
FROM (
    SELECT m.jid, a.phone, coalesce(a.phone, m.jid) AS canonical, CASE WHEN m.jid LIKE '%@lid' THEN m.jid END AS lid,
           m.locator
    FROM (
        SELECT jid, arg_min(locator, ("order", n)) AS locator FROM mention WHERE jid IS NOT NULL GROUP BY jid
        UNION ALL
        SELECT DISTINCT phone, NULL FROM alias WHERE phone NOT IN (SELECT jid FROM mention WHERE jid IS NOT NULL)
    ) AS m
    LEFT JOIN alias AS a ON a.lid = m.jid
) AS known, LATERAL (SELECT ${account_of_canonical} AS account) AS found

-- name: used
-- Accounts that the conversations name, each at the first place that names it; an address table alone makes none.
SELECT p.account, arg_min(p.locator, (p.lid IS NOT NULL, p.jid)) AS locator
FROM person AS p
WHERE p.account IS NOT NULL AND p.locator IS NOT NULL AND p.account IN (
    SELECT q.account FROM person AS q
    JOIN (SELECT DISTINCT jid FROM mention WHERE "order" > 0) AS m ON m.jid = q.jid
)
GROUP BY p.account
UNION ALL
SELECT ${owner}, part || ':' || min(n) FROM said
WHERE from_me AND kind NOT IN ('system', 'system_unknown') AND ${owner} NOT IN (
    SELECT q.account FROM person AS q JOIN mention AS m ON m.jid = q.jid WHERE q.account IS NOT NULL AND m."order" > 0
)
GROUP BY part

-- name: channel
SELECT c.locator, ${channel} || p.canonical AS channel, 'whatsapp' AS platform, p.canonical AS native_id, c.title,
       ${channel_kind} AS kind
FROM chat_row AS c JOIN person AS p ON p.jid = c.jid ORDER BY c.n

-- name: account
SELECT locator, account, 'whatsapp' AS platform, substr(account, 10) AS native_id FROM used ORDER BY account

-- name: identifier
SELECT locator, account, 'phone' AS kind, substr(account, 10) AS value, CAST(NULL AS TIMESTAMP) AS observed_at,
       'user' AS relation
FROM used WHERE account LIKE 'whatsapp:+%' ORDER BY account

-- name: new_number
-- Who changed the number is reached under the new one.
SELECT h.part || ':' || h.n AS locator, b.account, 'phone' AS kind, substr(p.account, 10) AS value,
       s."at" AS observed_at, 'user' AS relation
FROM happened AS h JOIN said AS s ON s.n = h.n JOIN person AS p ON p.jid = h.jid JOIN person AS b ON b.jid = h.by_jid
WHERE h.change = 'number_changed' AND p.account LIKE 'whatsapp:+%' AND b.account <> p.account ORDER BY h.n

-- name: contact_account
SELECT c.locator, p.account, 'whatsapp' AS platform, substr(p.account, 10) AS native_id, c.username, c.display_name,
       c.stated_name, c.name_source
FROM contact AS c JOIN person AS p ON p.jid = c.jid WHERE p.account IS NOT NULL ORDER BY c.locator, c.name_source

-- name: lid_remark
SELECT u.locator, 'lid' AS key, p.lid AS value
FROM used AS u JOIN person AS p ON p.account = u.account
WHERE p.lid IS NOT NULL AND p.phone IS NOT NULL AND u.locator NOT IN (SELECT locator FROM chat_row)
ORDER BY u.account, p.lid

-- name: contact_remark
SELECT DISTINCT locator, 'number' AS key, number AS value FROM contact WHERE number IS NOT NULL ORDER BY locator

-- name: chat_remark
SELECT c.locator, r.key, r.value
FROM chat_row AS c JOIN person AS p ON p.jid = c.jid, LATERAL (
    VALUES ('created_at', ${created_text}), ('deleted', c.removed), ('lid', CASE WHEN p.phone IS NOT NULL THEN p.lid END)
) AS r(key, value)
WHERE r.value IS NOT NULL ORDER BY c.n, r.key

-- name: message
SELECT s.part || ':' || s.n AS locator,
       CASE WHEN s.kind IN ('system', 'system_unknown') THEN NULL WHEN s.from_me THEN ${owner}
            WHEN s.sender_jid IS NOT NULL THEN p.account
            WHEN c.jid NOT LIKE '%@g.us' THEN c.account END AS account,
       ${channel} || c.canonical AS channel, s."at", s.at_precision, s.kind,
       CASE WHEN s.medium THEN ${media_prefix} || s.file END AS media, s.body
FROM said AS s LEFT JOIN person AS p ON p.jid = s.sender_jid LEFT JOIN person AS c ON c.jid = s.channel_jid
ORDER BY s.n

-- name: native_remark
SELECT part || ':' || n AS locator, 'native_id' AS key, key_id AS value FROM said WHERE key_id IS NOT NULL ORDER BY n

-- name: message_remark
SELECT s.part || ':' || s.n AS locator, r.key, r.value
FROM said AS s
LEFT JOIN person AS p ON p.jid = s.sender_jid
LEFT JOIN person AS b ON b.jid = s.revoked_by,
LATERAL (
    VALUES (2, 'message_type', CASE WHEN s.type_told THEN CAST(s.type AS VARCHAR) END),
           (3, 'action_type', CAST(s.action AS VARCHAR)),
           (4, 'actor', CASE WHEN s.kind IN ('system', 'system_unknown') THEN p.account END),
           (5, 'revoked', s.revoked),
           (6, 'revoked_by', b.account),
           (7, 'edited', s.edited),
           (8, 'forwarded', s.forwarded),
           (9, 'view_once', s.view_once),
           (10, 'place', s.place),
           (11, 'old_value', s.old_value),
           (12, 'chat_row_id', CASE WHEN s.channel_jid IS NULL THEN s.chat_id END)
) AS r(n, key, value)
-- Most messages have none of these: they are left out before their rows are multiplied.
WHERE (s.type_told OR s.channel_jid IS NULL OR coalesce(CAST(s.action AS VARCHAR), s.revoked, s.edited, s.forwarded,
       s.view_once, s.place, s.old_value) IS NOT NULL)
  AND r.value IS NOT NULL ORDER BY s.n, r.n

-- name: named_remark
-- Members whom a notice names that no rule tells: kept beside the notice.
SELECT h.part || ':' || h.n AS locator, 'names' AS key, p.account AS value
FROM happened AS h JOIN person AS p ON p.jid = h.jid
WHERE h.change IS NULL AND p.account IS NOT NULL ORDER BY h.n, h."order", p.account

-- name: membership
SELECT locator, account, channel, role, "at", CASE WHEN "at" IS NOT NULL THEN at_precision END AS at_precision,
       change, by_account
FROM (
    SELECT m.list AS first, m.n, 0 AS "order", m.locator, coalesce(p.account, CASE WHEN m.me THEN ${owner} END) AS account,
           ${channel} || c.canonical AS channel, m.role, m."at", 'millisecond' AS at_precision, m.change,
           CAST(NULL AS VARCHAR) AS by_account
    FROM member AS m LEFT JOIN person AS p ON p.jid = m.jid LEFT JOIN person AS c ON c.jid = m.channel_jid
    UNION ALL
    SELECT 9, h.n, min(h."order"), h.part || ':' || h.n,
           CASE WHEN h.me THEN ${owner} ELSE p.account END AS account, ${channel} || c.canonical,
           CASE WHEN h.change IN ('created', 'promoted') THEN 'admin'
                WHEN h.change IN ('added', 'joined', 'demoted') THEN 'member' END,
           any_value(s."at"), any_value(s.at_precision), h.change,
           CASE WHEN h.by_me THEN ${owner} ELSE b.account END
    FROM happened AS h JOIN said AS s ON s.n = h.n
    LEFT JOIN person AS p ON p.jid = h.jid LEFT JOIN person AS b ON b.jid = h.by_jid
    LEFT JOIN person AS c ON c.jid = s.channel_jid
    WHERE h.change IS NOT NULL
    GROUP BY ALL
)
WHERE account IS NOT NULL ORDER BY first, n, "order", account

-- name: member_remark
SELECT locator, key, value FROM (
    SELECT locator, n, 'pending' AS key, pending AS value FROM member WHERE pending IS NOT NULL
    UNION ALL SELECT locator, n, 'active', active FROM member WHERE active IS NOT NULL
    UNION ALL SELECT locator, n, 'rank', rank FROM member WHERE rank IS NOT NULL
) ORDER BY locator, key

-- name: event_remark
SELECT h.part || ':' || h.n AS locator, 'via' AS key, min(h.via) AS value
FROM happened AS h WHERE h.via IS NOT NULL GROUP BY h.part, h.n ORDER BY h.n

-- name: media
SELECT part || ':' || n AS locator, ${media_prefix} || file AS media, 'whatsapp' AS platform, file AS native_id,
       CASE WHEN regexp_full_match(hash, '[A-Za-z0-9+/]{43}=') THEN lower(hex(from_base64(hash))) END AS sha256,
       mime, bytes, duration_s, width, height
FROM said WHERE medium ORDER BY n

-- name: link
SELECT locator, url, host,
       CASE WHEN host IN ('chat.whatsapp.com', 't.me', 'telegram.me', 'discord.gg', 'signal.group') THEN 'invite'
            WHEN host LIKE 'maps.%' OR contains(url, '/maps') THEN 'place' ELSE 'web' END AS kind,
       account, "at", at_precision
FROM (
    SELECT n, place, locator, account, "at", at_precision, url,
           lower(regexp_extract(url, '^[a-zA-Z]+://(?:[^/?#@]*@)?([^/?#:]+)', 1)) AS host
    FROM (
        SELECT s.n, unnest(range(1, len(s.urls) + 1)) AS place, s.part || ':' || s.n AS locator,
               CASE WHEN s.from_me THEN ${owner} WHEN s.sender_jid IS NOT NULL THEN p.account
                    WHEN c.jid NOT LIKE '%@g.us' THEN c.account END AS account, s."at", s.at_precision,
               regexp_replace(unnest(s.urls), '[.,;:!?)\]}''"»]+$$', '') AS url
        FROM (
            SELECT *, regexp_extract_all(body, '(?i)https?://[^\s<>"\x{200E}\x{200F}]+') AS urls
            FROM said WHERE contains(body, '://') AND kind NOT IN ('system', 'system_unknown')
        ) AS s
        LEFT JOIN person AS p ON p.jid = s.sender_jid LEFT JOIN person AS c ON c.jid = s.channel_jid
    )
) WHERE host <> '' ORDER BY n, place

-- name: no_instant
SELECT part || ':' || n AS locator, 'at' AS column, ${not_an_instant} AS reason, stamp AS excerpt
FROM said WHERE "at" IS NULL AND stamp IS NOT NULL AND stamp NOT IN ('', '0', '-1') ORDER BY n

-- name: no_sender
SELECT part || ':' || n AS locator, 'account' AS column, ${no_account} AS reason, sender_lost AS excerpt
FROM said WHERE sender_lost IS NOT NULL ORDER BY n

-- name: no_type
SELECT part || ':' || n AS locator, 'kind' AS column, ${not_a_number} AS reason, type_text AS excerpt
FROM said WHERE type IS NULL AND type_text IS NOT NULL ORDER BY n

-- name: no_hash
SELECT part || ':' || n AS locator, 'sha256' AS column, ${not_a_digest} AS reason, hash AS excerpt
FROM said WHERE medium AND hash <> '' AND NOT regexp_full_match(hash, '[A-Za-z0-9+/]{43}=') ORDER BY n

-- name: no_member
SELECT locator, 'account' AS column, ${no_account} AS reason, coalesce(change, role, '') AS excerpt
FROM member WHERE jid IS NULL AND NOT me
UNION ALL
SELECT part || ':' || n, 'account', ${no_account}, coalesce(change, '') FROM happened WHERE jid IS NULL AND NOT me
ORDER BY locator

-- name: figures
SELECT min("at") AS first_at, max("at") AS last_at, count(*) FILTER (kind = 'system_unknown') AS unknown,
       count(*) FILTER (channel_jid IS NULL) AS no_chat
FROM said

-- name: lids
SELECT count(*) FILTER (phone IS NOT NULL) AS mapped, count(*) FILTER (phone IS NULL) AS unmapped
FROM person WHERE lid IS NOT NULL AND account IN (SELECT account FROM used)

-- name: own_number
-- The owner's number, where messages from this device name one sender by number and no other.
SELECT min(sender_jid) AS jid, count(DISTINCT sender_jid) AS n
FROM said WHERE from_me AND kind NOT IN ('system', 'system_unknown') AND sender_jid LIKE '%@s.whatsapp.net'

-- name: unknown_actions
SELECT CAST(action AS VARCHAR) AS action, count(*) AS n
FROM said WHERE kind = 'system_unknown' AND action IS NOT NULL GROUP BY action ORDER BY action
