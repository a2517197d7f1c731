"""Words that commands print by their key or code, so that the catalogues have them.

`output.rows` and `output.record` look a key such as `held_back` up as "held back". Columns of tables
stand in the commands themselves and are collected there; here is the rest: keys of records, keys
inside cells, and codes that are words (states, kinds, roles). A test runs a case and fails on one that lacks.
"""

from fanal.base.language import mark

FIGURES = (
    mark("accounts"),
    mark("identities"),
    mark("persons"),
    mark("videos"),
    mark("video hours"),
    mark("videos per hour"),
    mark("logins"),
    mark("payments"),
    mark("messages"),
    mark("rejects"),
    mark("suspects identified"),
    mark("arrests"),
    mark("arrests by country"),
    mark("searches by country"),
    mark("minors"),
    mark("victims identified"),
    mark("countries sent"),
    mark("packages sealed"),
    mark("answers"),
    mark("answers by outcome"),
)
RECORDS = (
    mark("answers"),
    mark("checkpoints"),
    mark("covered"),
    mark("digest"),
    mark("entries"),
    mark("events"),
    mark("exported messages"),
    mark("accounts first seen in it"),
    mark("identities with such accounts"),
    mark("findings it supports"),
    mark("findings that rest on it alone"),
    mark("file"),
    mark("handling"),
    mark("head"),
    mark("holds"),
    mark("joined"),
    mark("kind"),
    mark("known"),
    mark("made at"),
    mark("members"),
    mark("new"),
    mark("number"),
    mark("operation"),
    mark("problems"),
    mark("recipient"),
    mark("sender"),
    mark("sha256"),
    mark("summary"),
)
#: What each step says it found.
FOUND = (
    mark("values"),
    mark("listed values"),
    mark("identifiers without normal form"),
    mark("addresses"),
    mark("addresses without country"),
    mark("anonymising addresses"),
    mark("identities of several accounts"),
    mark("links"),
    mark("links in review"),
    mark("bridges"),
    mark("countries"),
    mark("version"),
    mark("meet it"),
    mark("held back"),
    mark("with a reason"),
)
KINDS = (
    mark("identity"),
    mark("bridge"),
    mark("same person in question"),
    mark("country"),
    mark("role"),
    mark("meets threshold"),
    mark("rank"),
    mark("lead"),
    mark("for"),
    mark("against"),
    mark("context"),
    mark("wallet"),
    mark("mailbox"),
    mark("address"),
    mark("unknown"),
    mark("package"),
    mark("answer"),
)
STATES = (
    mark("copy"),
    mark("reference"),
    mark("built"),
    mark("approved"),
    mark("sealed"),
    mark("hit"),
    mark("expired"),
)
VERDICTS = (
    mark("same"),
    mark("different"),
    mark("not enough"),
    mark("suspect"),
    mark("not suspect"),
    mark("hold"),
    mark("release"),
)
ROLES = (
    mark("analyst"),
    mark("coordinator"),
    mark("victim identification"),
    mark("national officer"),
    mark("auditor"),
)
EVENTS = (
    mark("request"),
    mark("search"),
    mark("arrest"),
    mark("interview"),
    mark("seizure"),
    mark("order"),
    mark("flight"),
    mark("safeguard"),
    mark("shared"),
    mark("abused"),
    mark("incited"),
)
PLACES = (
    mark("ip country"),
    mark("ip asn"),
    mark("disposable mail"),
    mark("namespace"),
    mark("hook"),
    mark("none"),
)
