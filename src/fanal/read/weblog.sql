-- name: sorted
-- Lines of a block (bound as `lines`: _row, line) told apart: those that blanks and quotes alone cut keep
-- `line`; the others (escaped quotes, a virtual host before, blanks in a name) are taken apart by the
-- regex, ten times slower, and put together again with the unit separator in `odd`; what the regex does
-- not take either stands in `bad`.
WITH looked AS (
  SELECT _row, line, regexp_full_match(line, '${plain}') AS plain FROM lines
),
matched AS (
  SELECT _row, line, plain, CASE WHEN NOT plain THEN regexp_extract(replace(line, chr(31), ' '), '${odd}',
    ['client', 'user', 'ts', 'request', 'status', 'bytes', 'referer', 'user_agent', 'rest', 'other']) END AS g
  FROM looked
)
SELECT _row,
  CASE WHEN plain THEN line ELSE '' END AS line,
  CASE WHEN g.client <> '' THEN concat_ws(chr(31), g.client, g.user, g.ts, g.request, g.status, g.bytes, g.referer,
    g.user_agent, trim(g.rest || g.other)) ELSE '' END AS odd,
  CASE WHEN g.client = '' THEN line END AS bad
FROM matched
WHERE plain OR trim(line) <> ''

-- name: requests
-- The source table as a view: what a mapping's SELECT does not ask for is never cut out.
WITH parts AS (
  SELECT _row,
    CASE WHEN line = '' THEN split_part(odd, chr(31), 1) ELSE split_part(line, ' ', 1) END AS client,
    CASE WHEN line = '' THEN split_part(odd, chr(31), 2) ELSE split_part(line, ' ', 3) END AS "user",
    CASE WHEN line = '' THEN split_part(odd, chr(31), 3)
      ELSE split_part(split_part(line, ' [', 2), ']', 1) END AS ts,
    CASE WHEN line = '' THEN split_part(odd, chr(31), 4) ELSE split_part(line, '"', 2) END AS request,
    CASE WHEN line = '' THEN split_part(odd, chr(31), 5)
      ELSE split_part(split_part(line, '"', 3), ' ', 2) END AS status,
    CASE WHEN line = '' THEN split_part(odd, chr(31), 6)
      ELSE split_part(split_part(line, '"', 3), ' ', 3) END AS bytes,
    CASE WHEN line = '' THEN split_part(odd, chr(31), 7) ELSE split_part(line, '"', 4) END AS referer,
    CASE WHEN line = '' THEN split_part(odd, chr(31), 8) ELSE split_part(line, '"', 6) END AS user_agent,
    CASE WHEN line = '' THEN split_part(odd, chr(31), 9) WHEN split_part(line, '"', 7) = ' '
      THEN '"' || split_part(line, '"', 8) || '"' ELSE trim(split_part(line, '"', 7)) END AS rest
  FROM "requests lines"
)
SELECT _row,
  CASE WHEN starts_with(client, '[') THEN split_part(client[2:], ']', 1)
    WHEN contains(client, '.') AND contains(client, ':') AND NOT contains(client, '::')
    THEN split_part(client, ':', 1) ELSE client END AS ip,
  nullif("user", '-') AS "user",
  ts,
  CASE WHEN regexp_full_match(request, '${worded}') THEN split_part(request, ' ', 1) END AS method,
  CASE WHEN NOT regexp_full_match(request, '${worded}') THEN nullif(request, '-')
    WHEN regexp_full_match(request, '[^ ]+ [^ ]+ [^ ]+') THEN split_part(request, ' ', 2)
    ELSE regexp_extract(request, '^[A-Za-z]+ (.*?)(?: HTTP/[0-9.]+)?$$', 1) END AS path,
  status,
  nullif(bytes, '-') AS bytes,
  nullif(nullif(referer, '-'), '') AS referer,
  nullif(nullif(user_agent, '-'), '') AS user_agent,
  CASE WHEN contains(client, ':') AND regexp_full_match(client, '${with_port}')
    THEN regexp_extract(client, ':([0-9]{1,5})$$', 1)
    WHEN contains(rest, 'port') THEN nullif(regexp_extract(rest, '\bport[=:]"?([0-9]{1,5})\b', 1), '') END AS src_port,
  nullif(rest, '') AS rest
FROM parts
