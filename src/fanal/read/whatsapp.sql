-- name: who
-- Each distinct sender of a chunk, with its plain name and account.
SELECT sender_n, sender, name, ${sender_key} AS account, contains(name, '"') AS quoted
FROM (SELECT sender_n, sender, ${plain_sender} AS name FROM spoken)

-- name: odd
-- Of messages that the messenger may have written: the attached file, the medium left out, the line to be told.
SELECT line, sender_n, name, led, file, omitted,
       CASE WHEN file IS NOT NULL OR omitted IS NOT NULL OR (led AND regexp_matches(body, ${written_by_member})) THEN NULL
            ELSE rtrim(${plain_said}, '.') END AS text
FROM (
    SELECT *, coalesce(whole_kind, CASE WHEN file IS NULL AND signed THEN ${omitted_kind} END) AS omitted,
           CASE WHEN sender_n IS NULL OR led OR bare THEN split_part(body, chr(10), 1)
                WHEN quoted THEN sender || ': ' || split_part(body, chr(10), 1) END AS said
    FROM (
        SELECT r.line, r.body, r.sender_n, r.signed, w.sender, w.name, w.quoted, x.kind AS whole_kind,
               ${bracketed} AND starts_with(r.body, '${mark}') AS led,
               NOT ${bracketed} AND r.opening AND regexp_matches(r.body, ${bare}) AS bare,
               CASE WHEN r.named OR contains(r.body, '<') THEN ${attached_name} END AS file
        FROM raw r LEFT JOIN who w ON w.sender_n = r.sender_n LEFT JOIN omitted_body x ON x.body = r.body
    )
)

-- name: untold
-- Lines of the messenger that no language tried so far tells.
SELECT line, text FROM odd WHERE text IS NOT NULL

-- name: still_untold
SELECT line, text FROM untold ANTI JOIN told USING (line)

-- name: said
-- What those messages are: their kind, whether nobody wrote them, whether the name before them belongs to the line.
SELECT n, line, "at", kind, file, rejoined, sender,
       CASE WHEN kind = 'system' THEN NOT coalesce(by_sender, false)
            WHEN kind = 'system_unknown' THEN coalesce(name = ${title}, false) ELSE false END AS nobody
FROM (
    SELECT r.n, r.line, r."at", w.name, w.sender, o.file,
           e.event IN (${by_sender}) AS by_sender,
           e.line IS NOT NULL AND r.sender_n IS NOT NULL AND NOT o.led AND e.event NOT IN (${by_sender}) AS rejoined,
           CASE WHEN o.file IS NOT NULL THEN ${file_kind}
                WHEN o.omitted IS NOT NULL THEN o.omitted
                WHEN e.event = 'deleted' AND r.sender_n IS NOT NULL THEN 'text'
                WHEN e.line IS NOT NULL THEN 'system'
                WHEN r.sender_n IS NULL OR (o.led AND o.text IS NOT NULL) THEN 'system_unknown'
                ELSE 'text' END AS kind
    FROM raw r LEFT JOIN who w ON w.sender_n = r.sender_n
         LEFT JOIN odd o ON o.line = r.line LEFT JOIN event e ON e.line = r.line
)

-- name: change
-- One row for each account whose membership a line changes; n is its place in the line.
SELECT line, "at", change, n, name, by_name,
       CASE WHEN owner_is = 'account' OR list_contains(owners, name) THEN ${owner} ELSE ${name_key} END AS account,
       CASE WHEN owner_is = 'by' OR list_contains(owners, by_name) THEN ${owner} ELSE ${by_key} END AS by_account
FROM (
    SELECT line, event AS change, 1 AS n, owners,
           CASE WHEN event = 'number_changed' THEN coalesce(new_number, who) ELSE who END AS name,
           CASE WHEN event = 'number_changed' AND new_number IS NOT NULL THEN who END AS by_name,
           CASE WHEN owner_slot = 'who' THEN 'account' END AS owner_is
    FROM event WHERE event IN ('created', 'joined', 'left', 'number_changed')
    UNION ALL
    SELECT line, event, unnest(range(1, len(people) + 1)), owners, unnest(people), who,
           CASE owner_slot WHEN 'whom' THEN 'account' WHEN 'who' THEN 'by' END
    FROM (
        SELECT *, CASE WHEN owner_slot = 'whom' THEN [NULL] ELSE string_split(whom, ', ') END AS people
        FROM event WHERE event IN ('added', 'removed', 'promoted')
    )
) c JOIN (SELECT line, "at" FROM said) s USING (line)

-- name: seen
-- Every account that a chunk names and no earlier chunk named, once, at the first line that names it.
SELECT s.account, min(s.line) AS line, arg_min(s."at", s.line) AS "at", arg_min(s.shown, s.line) AS shown,
       arg_min(s.name, s.line) AS name
FROM (
    SELECT account, min(line) AS line, arg_min("at", line) AS "at", arg_min(sender, line) AS shown,
           arg_min(name, line) AS name
    FROM spoke JOIN who USING (sender_n) GROUP BY account
    UNION ALL SELECT account, line, "at", name, name FROM change WHERE account IS NOT NULL
    UNION ALL SELECT by_account, line, "at", by_name, by_name FROM change WHERE by_account IS NOT NULL
) s ANTI JOIN known k ON k.account = s.account
GROUP BY s.account

-- name: account
SELECT 'line:' || line AS locator, account, 'whatsapp' AS platform, substr(account, 10) AS native_id,
       shown AS display_name,
       CASE WHEN starts_with(account, 'whatsapp:name:') THEN ltrim(name, '~ ')
            WHEN account = ${owner} THEN ${owner_name} END AS stated_name,
       CASE WHEN starts_with(account, 'whatsapp:name:~') THEN 'self'
            WHEN starts_with(account, 'whatsapp:name:') THEN 'owner''s contacts'
            WHEN account = ${owner} AND ${owner_name} IS NOT NULL THEN 'self' END AS name_source
FROM seen ORDER BY line, account

-- name: identifier
SELECT 'line:' || line AS locator, account, 'phone' AS kind, value, observed_at, 'user' AS relation
FROM (
    SELECT line, 0 AS n, account, coalesce(CASE WHEN starts_with(name, '+') THEN name END, substr(account, 10)) AS value,
           "at" AS observed_at
    FROM seen WHERE starts_with(account, 'whatsapp:+')
    UNION ALL
    SELECT line, 1, by_account, name, "at" FROM change WHERE change = 'number_changed' AND by_account IS NOT NULL
) ORDER BY line, n, account

-- name: membership
SELECT 'line:' || line AS locator, account, ${channel} AS channel,
       CASE WHEN change IN ('created', 'promoted') THEN 'admin' WHEN change IN ('added', 'joined') THEN 'member' END AS role,
       "at", ${precision} AS at_precision, change, by_account
FROM change WHERE account IS NOT NULL ORDER BY line, n

-- name: link
SELECT 'line:' || line AS locator, url, host,
       CASE WHEN host IN ('chat.whatsapp.com', 't.me', 'telegram.me', 'discord.gg', 'signal.group') THEN 'invite'
            WHEN host LIKE 'maps.%' OR contains(url, '/maps') THEN 'place' ELSE 'web' END AS kind,
       account, "at", ${precision} AS at_precision
FROM (
    SELECT line, "at", account, n, url, lower(regexp_extract(url, '^[a-zA-Z]+://(?:[^/?#@]*@)?([^/?#:]+)', 1)) AS host
    FROM (
        SELECT line, "at", account, unnest(range(1, len(urls) + 1)) AS n,
               regexp_replace(unnest(urls), '[.,;:!?)\]}''"»]+$$', '') AS url
        FROM (
            SELECT line, "at", account, regexp_extract_all(body, '(?i)https?://[^\s<>"\x{200E}\x{200F}]+') AS urls
            FROM linked
        )
    )
) WHERE host <> '' ORDER BY line, n

-- name: figures
SELECT count(*) FILTER (kind = 'system_unknown') AS system_unknown,
       (list(line ORDER BY line) FILTER (kind = 'system_unknown'))[:20] AS unknown_lines,
       list(DISTINCT file) FILTER (file IS NOT NULL) AS files
FROM said

-- name: deleted
SELECT count(*) AS n, (list(line ORDER BY line))[:20] AS lines FROM event WHERE event = 'deleted'

-- name: heads_inside
-- Lines within bodies that look like heads of any form: another export pasted in, or a forged message.
SELECT count(*) AS n, (list(line ORDER BY line))[:20] AS lines
FROM inner_heads WHERE regexp_matches(body, '[\n\r\x{2028}\x{2029}][\x{200E}\x{200F}]*\[?[0-9]{1,4}[./-] ?[0-9]{1,2}[./-] ?[0-9]{1,4},? [0-9]{1,2}[:.][0-9]{2}[^\n]{0,12}(?:\]| -) ')

-- name: segments
-- Senders under whom every body begins with the same "X: ": their name may go on to that X. Others stand with "".
SELECT name, '' AS segment, 1 AS n FROM who JOIN plain_spoken USING (sender_n) WHERE account IS NOT NULL
UNION ALL
SELECT name, regexp_extract(body, '^([^\n:]{1,40}): ', 1), count(*)
FROM segmented JOIN who USING (sender_n) WHERE account IS NOT NULL GROUP BY ALL

-- name: colons
SELECT name || ': ' || min(segment) AS shown
FROM segments GROUP BY name HAVING count(DISTINCT segment) = 1 AND min(segment) <> '' AND sum(n) > 1
ORDER BY shown LIMIT 20

-- name: languages
SELECT language, count(*) AS n FROM event GROUP BY language ORDER BY language
