-- name: origin
SELECT identity, country, undetermined, words, would_change FROM identity_origin WHERE country IS NOT NULL

-- name: candidate
SELECT
    i.identity,
    o.country,
    CAST(r.rank AS INTEGER) AS rank,
    coalesce(t.meets, FALSE) AS meets,
    o.undetermined,
    h.identity IS NOT NULL AS held,
    d.choosy AND c.identity IS NULL AS not_chosen,
    d.bodies,
    d.perceptual,
    o.words,
    r.reasons
FROM identity AS i
JOIN origin AS o ON o.identity = i.identity
JOIN addressee AS d ON d.country = o.country
LEFT JOIN identity_threshold AS t ON t.identity = i.identity
LEFT JOIN identity_rank AS r ON r.identity = i.identity
LEFT JOIN held AS h ON h.identity = i.identity AND h.country = o.country
LEFT JOIN chosen AS c ON c.identity = i.identity AND c.country = o.country

-- name: counts
SELECT
    country,
    count(*) AS candidates,
    count(*) FILTER (WHERE NOT meets) AS below_threshold,
    count(*) FILTER (WHERE meets AND undetermined) AS undetermined,
    count(*) FILTER (WHERE meets AND NOT undetermined AND held) AS held,
    count(*) FILTER (WHERE meets AND NOT undetermined AND NOT held AND not_chosen) AS not_chosen,
    count(*) FILTER (WHERE meets AND NOT undetermined AND NOT held AND NOT not_chosen) AS included
FROM candidate
GROUP BY country

-- name: included
SELECT
    identity,
    country AS to_country,
    CAST(row_number() OVER (PARTITION BY country ORDER BY rank NULLS LAST, identity) AS INTEGER) AS place,
    bodies,
    perceptual,
    words,
    reasons
FROM candidate
WHERE meets AND NOT undetermined AND NOT held AND NOT not_chosen

-- name: included_account
SELECT a.account, i.identity, i.to_country, i.place, i.bodies, i.perceptual
FROM identity_account AS a
JOIN included AS i ON i.identity = a.identity

-- name: included_subject
SELECT identity AS subject, to_country FROM included
UNION
SELECT account AS subject, to_country FROM included_account

-- name: known_account
SELECT DISTINCT account FROM account

-- name: included_media
SELECT DISTINCT s.to_country, t.media FROM share AS t JOIN included_account AS s ON s.account = t.account
WHERE t.media IS NOT NULL
UNION
SELECT DISTINCT s.to_country, t.media FROM message AS t JOIN included_account AS s ON s.account = t.account
WHERE t.media IS NOT NULL

-- name: included_channel
SELECT DISTINCT s.to_country, t.channel FROM membership AS t JOIN included_account AS s ON s.account = t.account
WHERE t.channel IS NOT NULL
UNION
SELECT DISTINCT s.to_country, t.channel FROM message AS t JOIN included_account AS s ON s.account = t.account
WHERE t.channel IS NOT NULL
UNION
SELECT DISTINCT s.to_country, t.channel FROM share AS t JOIN included_account AS s ON s.account = t.account
WHERE t.channel IS NOT NULL

-- name: flag
-- What people decided of an account holds of its identity, in every package that the identity is in.
SELECT DISTINCT s.to_country, s.identity, t.account, t.flag, t.source, t.officer, t."at"
FROM told_flag AS t
JOIN included_account AS s ON s.account = t.account

-- name: flagged
SELECT to_country, flag, count(DISTINCT identity) AS n FROM flag GROUP BY to_country, flag

-- name: sent_lead
-- Leads whose rows may leave.
SELECT i.to_country, i.place, t.identity, t.addressee, t.ask, t.address, t.port, t."at", t.perishes_at, t.lead,
    o.clock_offset_s
FROM lead AS t
JOIN included AS i ON i.identity = t.identity
LEFT JOIN exhibit_told AS o ON o.exhibit = t.obs >> 40
WHERE NOT coalesce(o.withheld, FALSE)

-- name: request
-- What may be asked: addressees in the order in which their first records perish, each one's questions likewise.
SELECT
    to_country, addressee, ask, address, port, "at", clock_offset_s,
    "at" - to_milliseconds(CAST(round(clock_offset_s * 1000) AS BIGINT)) AS true_at,
    perishes_at, identity, lead,
    CAST(dense_rank() OVER (PARTITION BY to_country ORDER BY first_at NULLS LAST, addressee) AS INTEGER) AS who,
    CAST(row_number() OVER (PARTITION BY to_country, addressee ORDER BY perishes_at NULLS LAST, lead) AS INTEGER) AS n
FROM (
    SELECT *, min(perishes_at) OVER (PARTITION BY to_country, addressee) AS first_at
    FROM sent_lead WHERE addressee <> 'unknown'
) AS asked

-- name: media_pdq
SELECT DISTINCT s.to_country, t.media, t.at_s, lower(hex(t.pdq)) AS pdq, t.quality, t.variant
FROM fingerprint AS t
JOIN included_media AS s ON s.media = t.media
JOIN addressee AS d ON d.country = s.to_country
WHERE d.perceptual

-- name: accounts
SELECT to_country, count(*) AS accounts FROM included_account GROUP BY to_country

-- name: identifier_of_identity
SELECT s.to_country, s.identity, s.account, s.place, t.kind, t.norm, min(t.relation) AS relation
FROM identifier AS t
JOIN included_account AS s ON s.account = t.account
WHERE t.norm IS NOT NULL
GROUP BY s.to_country, s.identity, s.account, s.place, t.kind, t.norm

-- name: seen
SELECT identity, min(activity."at") AS first_at, max(activity."at") AS last_at
FROM (
    SELECT s.identity, t."at" FROM login AS t JOIN included_account AS s ON s.account = t.account
    UNION ALL
    SELECT s.identity, t."at" FROM message AS t JOIN included_account AS s ON s.account = t.account
    UNION ALL
    SELECT s.identity, t."at" FROM share AS t JOIN included_account AS s ON s.account = t.account
    UNION ALL
    SELECT s.identity, t."at" FROM payment AS t JOIN included_account AS s ON s.account = t.account
) AS activity
GROUP BY identity

-- name: reason
-- Why its accounts are held together, and why its country is said to be this one: for and against, the weightiest first.
SELECT to_country, identity, place, about, role, reason, max(weight) AS weight
FROM (
    SELECT i.to_country, i.identity, i.place, 'together' AS about, s.role, s.reason, abs(s.weight) AS weight
    FROM included AS i
    JOIN resolve_finding AS f ON f.subject = i.identity AND f.kind = 'identity'
    JOIN resolve_support AS s ON s.finding = f.finding
    UNION ALL
    SELECT i.to_country, i.identity, i.place, 'country' AS about, s.role, s.reason, abs(s.weight) AS weight
    FROM included AS i
    JOIN attribute_finding AS f ON f.subject = i.identity AND f.kind = 'country' AND f.value = i.to_country
    JOIN attribute_support AS s ON s.finding = f.finding
) AS given
WHERE role IN ('for', 'against') AND reason IS NOT NULL
GROUP BY to_country, identity, place, about, role, reason

-- name: sheet
WITH
reasons AS (
    SELECT
        identity,
        string_agg(reason, ' ' ORDER BY weight DESC, reason) FILTER (WHERE about = 'together' AND role = 'for')
            AS together_for,
        string_agg(reason, ' ' ORDER BY weight DESC, reason) FILTER (WHERE about = 'together' AND role = 'against')
            AS together_against,
        string_agg(reason, ' ' ORDER BY weight DESC, reason) FILTER (WHERE about = 'country' AND role = 'for')
            AS country_for,
        string_agg(reason, ' ' ORDER BY weight DESC, reason) FILTER (WHERE about = 'country' AND role = 'against')
            AS country_against
    FROM reason GROUP BY identity
),
accounts AS (
    SELECT s.identity, string_agg(DISTINCT s.account, '; ' ORDER BY s.account) AS accounts
    FROM included_account AS s GROUP BY s.identity
),
usernames AS (
    SELECT s.identity, string_agg(DISTINCT t.username, '; ' ORDER BY t.username) AS usernames
    FROM account AS t JOIN included_account AS s ON s.account = t.account GROUP BY s.identity
),
identifiers AS (
    SELECT
        identity,
        string_agg(DISTINCT norm, '; ' ORDER BY norm) FILTER (WHERE kind = 'email') AS emails,
        string_agg(DISTINCT norm, '; ' ORDER BY norm) FILTER (WHERE kind = 'phone') AS phones,
        string_agg(DISTINCT norm, '; ' ORDER BY norm) FILTER (WHERE kind = 'crypto_address') AS crypto_addresses,
        string_agg(DISTINCT kind || ':' || norm, '; ' ORDER BY kind || ':' || norm)
            FILTER (WHERE kind NOT IN ('email', 'phone', 'crypto_address', 'username')) AS other_identifiers
    FROM identifier_of_identity GROUP BY identity
),
roles AS (
    SELECT r.identity, string_agg(DISTINCT r.role, '; ' ORDER BY r.role) AS roles
    FROM identity_role AS r JOIN included AS i ON i.identity = r.identity GROUP BY r.identity
),
countries AS (
    SELECT c.identity, string_agg(DISTINCT c.country, '; ' ORDER BY c.country) AS other_countries
    FROM identity_country AS c JOIN included AS i ON i.identity = c.identity
    WHERE c.country <> i.to_country GROUP BY c.identity
),
flags AS (
    SELECT identity, string_agg(DISTINCT flag, '; ' ORDER BY flag) AS flags FROM flag GROUP BY identity
)
SELECT
    i.to_country,
    i.place AS rank,
    i.identity,
    i.words AS country_is,
    n.other_countries,
    coalesce(e.n, 0) AS held_by_others,
    f.flags,
    r.roles,
    i.reasons,
    a.accounts,
    u.usernames,
    d.emails,
    d.phones,
    d.crypto_addresses,
    d.other_identifiers,
    strftime(s.first_at, '%Y-%m-%dT%H:%M:%SZ') AS first_seen,
    strftime(s.last_at, '%Y-%m-%dT%H:%M:%SZ') AS last_seen,
    w.together_for,
    w.together_against,
    w.country_for,
    w.country_against
FROM included AS i
LEFT JOIN accounts AS a ON a.identity = i.identity
LEFT JOIN usernames AS u ON u.identity = i.identity
LEFT JOIN identifiers AS d ON d.identity = i.identity
LEFT JOIN roles AS r ON r.identity = i.identity
LEFT JOIN countries AS n ON n.identity = i.identity
LEFT JOIN seen AS s ON s.identity = i.identity
LEFT JOIN reasons AS w ON w.identity = i.identity
LEFT JOIN flags AS f ON f.identity = i.identity
LEFT JOIN elsewhere AS e ON e.identity = i.identity AND e.to_country = i.to_country

-- name: top_account
SELECT s.to_country, s.place, s.identity, t.account, t.platform, t.native_id, t.username, t.display_name, t.exhibit
FROM account AS t
JOIN included_account AS s ON s.account = t.account
WHERE s.place <= $places

-- name: top_identifier
SELECT to_country, place, identity, account, kind, norm, relation FROM identifier_of_identity
WHERE place <= $places AND kind IN ('email', 'phone', 'crypto_address')

-- name: top_media
-- A few media that each of the first identities shared, those with digests; fingerprints where the peer may have them.
SELECT
    m.to_country, m.place, m.identity, m.account, m.media, t.md5, t.sha1, t.sha256, t.mime, t.bytes, f.fingerprints
FROM (
    SELECT to_country, place, identity, min(account) AS account, media,
        row_number() OVER (PARTITION BY identity ORDER BY count(*) DESC, media) AS n
    FROM (
        SELECT s.to_country, s.place, s.identity, s.account, t.media
        FROM share AS t JOIN included_account AS s ON s.account = t.account
        WHERE s.place <= $places AND t.media IS NOT NULL
    ) AS shared
    GROUP BY to_country, place, identity, media
) AS m
JOIN (
    SELECT media, max(md5) AS md5, max(sha1) AS sha1, max(sha256) AS sha256, max(mime) AS mime, max(bytes) AS bytes
    FROM media WHERE coalesce(sha256, sha1, md5) IS NOT NULL GROUP BY media
) AS t ON t.media = m.media
LEFT JOIN (
    SELECT to_country, media, list({'pdq': pdq, 'quality': quality, 'at_s': at_s} ORDER BY at_s, pdq)[:3] AS fingerprints
    FROM media_pdq WHERE variant = 'plain' OR variant IS NULL GROUP BY to_country, media
) AS f ON f.media = m.media AND f.to_country = m.to_country
WHERE m.n <= $media

-- name: top_lead
SELECT to_country, place, identity, addressee, ask, address, port, "at", perishes_at, lead
FROM (
    SELECT *, row_number() OVER (PARTITION BY to_country ORDER BY perishes_at NULLS LAST, place, lead) AS n
    FROM sent_lead
) AS ordered
WHERE n <= $leads
