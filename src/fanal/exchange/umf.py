"""Where each field of a package goes in the Universal Message Format, and what is lost on the way. A map, no writer.

UMF is the standard of Regulation (EU) 2019/818, Article 38, and Implementing Decision (EU) 2023/221. No copy of its XML
schema could be had: so a target names the information object and the property in words, and whoever
writes a message looks the element up in the schema that he was given. `tools/umf_page.py` writes docs/umf.md from this
map; a test walks a built package and fails where a field has no line here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """Where a field goes.

    Attributes:
        object: information object of UMF, in words; empty where there is none.
        property: of that object, in words.
        lost: what does not get across, and why; empty where nothing is lost.
    """

    object: str = ""
    property: str = ""
    lost: str = ""


HEADER, PERSON, ONLINE = "Message header", "Person", "Means of communication"
PAYMENT, EVENT, FILE = "Means of payment", "Event", "File"
ORGANISATION, ITEM, LINK = "Organisation", "Item", "Link"
#: Information objects that public sources name, and which do. All others are this project's own words.
NAMED = "named as a class of UMF by that supplier alone"
UNNAMED = "no public source that could be read names it"
CONFIRMED = {
    HEADER: UNNAMED,
    PERSON: NAMED,
    ITEM: NAMED,
    EVENT: NAMED,
    ONLINE: f"{UNNAMED}; it may be a kind of item",
    PAYMENT: f"{UNNAMED}; it may be a kind of item",
    FILE: f"{UNNAMED}; it may be a kind of item",
    ORGANISATION: UNNAMED,
    LINK: UNNAMED,
}
PROVENANCE = Target(lost="UMF has no place for the row of evidence; name the exhibit in free text")
INTERNAL = Target(lost="joins the package's own tables; a UMF message links objects by links of its own")
PRECISION = Target(lost="UMF has a date and a time, not how precisely they are known; say it in free text")
WEIGHED = Target(PERSON, "free text", "UMF has no reasons for and against; words only, without weights")
SURE = Target(PERSON, "free text", "UMF has no probability; the words of certainty go into free text")
CHECKS = Target(lost="checks the package itself; the message has the channel's own seal")
ORDER = Target(PERSON, "free text", "UMF ranks nobody; give the rank in free text")
HELD_BY = Target(
    LINK, "from a person or event to the account", "that an identity is no person must be said in free text"
)
AT = Target(EVENT, "date and time")
_HEAD = {"exhibit": PROVENANCE, "locator": PROVENANCE, "obs": PROVENANCE}

PACKAGE = {
    "fanal": CHECKS,
    "format": CHECKS,
    "sender.agency": Target(HEADER, "sender"),
    "sender.country": Target(HEADER, "country of the sender"),
    "sender.node": CHECKS,
    "sender.signing_key": CHECKS,
    "sender.age_recipient": CHECKS,
    "recipient.agency": Target(HEADER, "recipient"),
    "recipient.country": Target(HEADER, "country of the recipient"),
    "recipient.node": CHECKS,
    "recipient.signing_key": CHECKS,
    "recipient.age_recipient": CHECKS,
    "operation": Target(HEADER, "reference of the case"),
    "number": Target(HEADER, "number of the message", "UMF does not say that a number may not be skipped"),
    "made_at": Target(HEADER, "date and time"),
    "title": Target(HEADER, "subject"),
    "language": Target(HEADER, "language"),
    "legal_basis": Target(HEADER, "legal basis"),
    "transfer_basis": Target(HEADER, "free text", "no field for the basis of a transfer to a third country"),
    "purpose": Target(HEADER, "purpose"),
    "ill_treatment": Target(HEADER, "free text", "no field for an assessment of ill-treatment"),
    "changes": Target(HEADER, "free text", "UMF has no update of a message before; name the number and who changed"),
    "changes.*": Target(HEADER, "free text", "as for changes; the digests of contents are lost"),
    "contact": Target(HEADER, "contact point"),
    "handling[].code": Target(HEADER, "handling code"),
    "handling[].text": Target(HEADER, "text of the handling code"),
    "source_grade": Target(HEADER, "evaluation of the source"),
    "information_grade": Target(HEADER, "evaluation of the information"),
    "threshold.*": Target(
        HEADER, "free text", "no field for a written condition of transfer; version and approver in words"
    ),
    "counts.*": Target(HEADER, "free text", "no field for who was not sent, and why"),
    "lists.*": Target(lost="versions of lists and address databases; without them a finding cannot be made again"),
    "exhibits[].*": Target(ITEM, "reference", "digest and reader have no field"),
    "perceptual_fingerprints": Target(lost="whether fingerprints were allowed; no UMF message carries them"),
    "message_text": Target(lost="whether text of messages was allowed; a message without text says nothing of why"),
    "checkpoint": Target(lost="the sender's audit log; nothing in a UMF message is cosigned"),
}

SHEET = {
    "rank": ORDER,
    "identity": Target(PERSON, "reference given by the sender", "an online identity is no person: say so in free text"),
    "country_is": SURE,
    "other_countries": SURE,
    "held_by_others": Target(PERSON, "free text", "no field for how many other countries hold the same"),
    "flags": Target(PERSON, "warning", "child at risk and minor in free text, with whose word it is"),
    "roles": Target(PERSON, "free text", "UMF's roles are those of proceedings, not what somebody did on a platform"),
    "reasons": WEIGHED,
    "accounts": Target(ONLINE, "online account: service and account"),
    "usernames": Target(ONLINE, "online account: user name"),
    "emails": Target(ONLINE, "e-mail address"),
    "phones": Target(ONLINE, "telephone number"),
    "crypto_addresses": Target(
        PAYMENT, "account or address", "no type of its own for crypto-currency that could be verified"
    ),
    "other_identifiers": Target(
        ONLINE, "free text", "devices, documents and bank accounts must be taken apart by kind"
    ),
    "first_seen": Target(ONLINE, "first use"),
    "last_seen": Target(ONLINE, "last use"),
    "together_for": WEIGHED,
    "together_against": WEIGHED,
    "country_for": WEIGHED,
    "country_against": WEIGHED,
}

FINDINGS = {
    "finding": INTERNAL,
    "step": PROVENANCE,
    "step_version": PROVENANCE,
    "kind": WEIGHED,
    "subject": INTERNAL,
    "value": WEIGHED,
    "score": WEIGHED,
    "n": WEIGHED,
    "first_at": AT,
    "last_at": AT,
    "query": PROVENANCE,
}
SUPPORTS = {"finding": INTERNAL, "obs": PROVENANCE, "role": WEIGHED, "weight": WEIGHED, "reason": WEIGHED}

#: Table to column to target; the tables of findings and supports of every step are alike.
TABLES: dict[str, dict[str, Target]] = {
    "*_finding": FINDINGS,
    "*_support": SUPPORTS,
    "account": {
        **_HEAD,
        "account": Target(ONLINE, "online account: service and account"),
        "platform": Target(ONLINE, "online account: service"),
        "native_id": Target(ONLINE, "online account: account number"),
        "username": Target(ONLINE, "online account: user name"),
        "display_name": Target(ONLINE, "online account: name shown"),
        "created_at": Target(ONLINE, "first use"),
        "stated_name": Target(PERSON, "name, as an alias", "who stated it, and that nobody checked it"),
        "name_source": Target(lost="whether user, provider or another's contacts gave the name"),
        "stated_birth_year": Target(PERSON, "date of birth, the year alone", "that it is stated and not proved"),
        "stated_country": Target(PERSON, "free text", "a stated country is no nationality and no residence"),
        "language": Target(PERSON, "language"),
        "time_zone": Target(lost="no field for a time zone that was chosen"),
    },
    "identifier": {
        **_HEAD,
        "account": HELD_BY,
        "kind": Target(ONLINE, "type"),
        "value": Target(lost="as it was written; the normal form goes instead"),
        "norm": Target(ONLINE, "number or address, by its kind"),
        "observed_at": Target(ONLINE, "date of use"),
        "relation": Target(
            "Link", "type", "user, subscriber, payer and holder have no code each that could be verified"
        ),
    },
    "login": {
        **_HEAD,
        "account": HELD_BY,
        "at": AT,
        "at_precision": PRECISION,
        "ip": Target(ONLINE, "IP address"),
        "src_port": Target(ONLINE, "free text", "no field for the port, without which a shared address leads to many"),
        "user_agent": Target(lost="no field for the program that logged in"),
        "success": Target(EVENT, "free text", "whether the login succeeded"),
        "rule": PROVENANCE,
    },
    "channel": {
        **_HEAD,
        "channel": Target(
            "Organisation", "reference given by the sender", "a channel is no organisation; nothing else is nearer"
        ),
        "platform": Target(ONLINE, "service"),
        "native_id": Target(ONLINE, "account number"),
        "title": Target(ORGANISATION, "name"),
        "kind": Target(ORGANISATION, "free text"),
    },
    "membership": {
        **_HEAD,
        "account": HELD_BY,
        "channel": HELD_BY,
        "role": Target(LINK, "type", "administrator and moderator in free text"),
        "at": Target(LINK, "from date"),
        "at_precision": PRECISION,
        "change": Target(LINK, "free text", "joined, left and added are not told apart"),
        "by_account": HELD_BY,
    },
    "message": {
        **_HEAD,
        "account": HELD_BY,
        "channel": HELD_BY,
        "at": AT,
        "at_precision": PRECISION,
        "kind": Target(EVENT, "type"),
        "media": HELD_BY,
        "body": Target(EVENT, "free text"),
    },
    "media": {
        **_HEAD,
        "media": INTERNAL,
        "platform": Target(FILE, "free text"),
        "native_id": Target(FILE, "reference given by the sender"),
        "md5": Target(FILE, "digest", "that UMF has a field for digests could not be verified; else free text"),
        "sha1": Target(FILE, "digest", "as for md5"),
        "sha256": Target(FILE, "digest", "as for md5"),
        "mime": Target(FILE, "format"),
        "bytes": Target(FILE, "size"),
        "duration_s": Target(lost="no field for the length of a film"),
        "width": Target(lost="no field for its width"),
        "height": Target(lost="no field for its height"),
        "status": Target(FILE, "free text", "read, missing and damaged are not told apart"),
    },
    "share": {
        **_HEAD,
        "account": HELD_BY,
        "media": HELD_BY,
        "at": AT,
        "at_precision": PRECISION,
        "action": Target(EVENT, "type", "upload, post, view and download in free text; they must not become one"),
        "channel": HELD_BY,
    },
    "payment": {
        **_HEAD,
        "account": HELD_BY,
        "tx": Target(EVENT, "reference"),
        "at": AT,
        "at_precision": PRECISION,
        "asset": Target(PAYMENT, "currency", "codes of crypto-currencies are in no list of ISO 4217"),
        "amount": Target(PAYMENT, "amount"),
        "from_address": Target(PAYMENT, "account or address"),
        "to_address": Target(PAYMENT, "account or address"),
    },
    "link": {
        **_HEAD,
        "url": Target(lost="a digest stands here; nothing can be done with it in a message"),
        "host": Target(ONLINE, "web address", "the host alone"),
        "kind": Target(ONLINE, "type"),
        "account": HELD_BY,
        "message": INTERNAL,
        "at": AT,
        "at_precision": PRECISION,
    },
    "identity": {
        "identity": Target(
            PERSON, "reference given by the sender", "an online identity is no person: say so in free text"
        ),
        "founder": INTERNAL,
        "founder_obs": PROVENANCE,
        "accounts": Target(PERSON, "free text"),
    },
    "identity_account": {"identity": HELD_BY, "account": HELD_BY, "account_id": INTERNAL},
    "identity_country": {"identity": INTERNAL, "country": SURE, "words": SURE, "probability": SURE, "rank": SURE},
    "identity_origin": {
        "identity": INTERNAL,
        "undetermined": SURE,
        "words": SURE,
        "country": SURE,
        "probability": SURE,
        "would_change": WEIGHED,
    },
    "identity_role": {
        "identity": INTERNAL,
        "role": Target(
            PERSON, "free text", "UMF's roles are those of proceedings, not what somebody did on a platform"
        ),
        "score": WEIGHED,
        "n": WEIGHED,
    },
    "identity_threshold": {"identity": INTERNAL, "meets": WEIGHED, "rule": WEIGHED, "why_not": WEIGHED},
    "identity_rank": {"identity": INTERNAL, "rank": ORDER, "score": ORDER, "reasons": WEIGHED},
    "lead": {
        "lead": INTERNAL,
        "identity": INTERNAL,
        "addressee": Target(ORGANISATION, "name"),
        "kind": Target(lost="said by the question"),
        "ask": Target(HEADER, "request, as free text"),
        "address": Target(ONLINE, "IP address, e-mail address, or address of payment"),
        "port": Target(ONLINE, "free text", "no field for the port, without which a shared address leads to many"),
        "at": AT,
        "perishes_at": Target(HEADER, "urgency, as free text", "no field for the day on which a provider deletes"),
        "obs": PROVENANCE,
    },
    "request": {"reference": Target(HEADER, "reference of the request"), "identity": INTERNAL, "lead": INTERNAL},
    "flag": {
        "identity": INTERNAL,
        "account": HELD_BY,
        "flag": Target(PERSON, "warning", "child at risk and minor in free text, with whose word it is"),
        "source": Target(PERSON, "free text"),
        "officer": Target(HEADER, "contact point"),
        "at": Target(PERSON, "free text"),
    },
    "media_pdq": {
        "media": INTERNAL,
        "at_s": Target(lost="no field for a fingerprint of one frame"),
        "pdq": Target(lost="no field for perceptual fingerprints"),
        "quality": Target(lost="no field for perceptual fingerprints"),
        "variant": Target(lost="no field for perceptual fingerprints"),
    },
    "series": {
        "series": Target(FILE, "reference given by the sender", "no field for a group of near-duplicates"),
        "media": Target(FILE, "free text"),
        "media_here": Target(FILE, "free text"),
        "first_at": Target(FILE, "free text"),
        "other_countries": Target(FILE, "free text"),
        "used_in": Target(FILE, "free text"),
        "graded": Target(FILE, "free text", "no field for a grade; say whose it is"),
    },
    "series_media": {
        "series": INTERNAL,
        "media": INTERNAL,
        "md5": Target(FILE, "digest", "as for md5 of media"),
        "sha1": Target(FILE, "digest", "as for md5 of media"),
        "sha256": Target(FILE, "digest", "as for md5 of media"),
    },
    "series_grade": {
        "series": INTERNAL,
        "agency": Target(FILE, "free text"),
        "category": Target(FILE, "free text", "grading scales of agencies are not those of UMF"),
        "opinion": Target(FILE, "free text"),
        "media": Target(FILE, "free text"),
    },
    "identity_series": {"identity": INTERNAL, "series": INTERNAL, "media": Target(FILE, "free text")},
    "grade": {
        "media": INTERNAL,
        "agency": Target(PERSON, "free text"),
        "opinion": Target(lost="no field for a grade of a medium"),
    },
    "opinion": {
        "identity": INTERNAL,
        "verdict": Target(PERSON, "status", "an officer's opinion, which binds nobody: say so in free text"),
        "reason": Target(PERSON, "free text"),
        "officer": Target(HEADER, "contact point"),
        "at": Target(PERSON, "free text"),
    },
}


def target(file: str, field: str) -> Target | None:
    """Where a field goes; None where the map does not know it.

    Args:
        file: `package.json`, `identities.csv`, or the name of a table.
        field: a column; of package.json a path such as `sender.agency` or `handling[].code`.
    """
    if file == "package.json":
        parts = field.split(".")
        wild = (".".join([*parts[:n], "*"]) for n in range(len(parts) - 1, 0, -1))
        return next((PACKAGE[name] for name in (field, *wild) if name in PACKAGE), None)
    if file == "identities.csv":
        return SHEET.get(field)
    alike = next((f"*{end}" for end in ("_finding", "_support") if file.endswith(end)), file)
    return TABLES.get(alike, {}).get(field)


def paths(value: object, above: str = "") -> set[str]:
    """Every field of a JSON document by its path; members of a list are one, written `[]`."""
    if isinstance(value, dict):
        return {path for key, inner in value.items() for path in paths(inner, f"{above}.{key}" if above else str(key))}
    if isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        return {path for inner in value for path in paths(inner, f"{above}[]")}
    return {above}
