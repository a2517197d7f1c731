"""A coordinator and two national nodes, in three languages and on two databases, that work one case to its end."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deconflict_case import PURPOSE, operation
from release_case import WHY
from whole_case import TERMS, Case, typed

from stores import Store

#: Node to country and language; Spain's case store is in PostgreSQL.
NODES = {"desk": ("NL", "en"), "france": ("FR", "fr"), "spain": ("ES", "es")}
OP = ("--op", "group-7")
#: Where a package of the desk opens.
OWN = ("--op", "nl-group-7")
#: A mailbox that both national nodes have in cases of their own.
MAILS = {"france": ("a@one.example", "both@one.example"), "spain": ("both@one.example", "c@two.example")}


@dataclass
class Worked:
    """The case, and what each step said."""

    case: Case
    said: dict[str, Any] = field(default_factory=dict)


def nodes(case: Case, store: Store) -> Case:
    """Of a copy of the whole case, in which the group was run: France joins, Spain speaks Spanish and moves to
    PostgreSQL, and each of the three has pinned the two others.
    """
    made = typed(
        "init", case.path("france"), "--agency", "Unit france", "--country", "FR", "--language", "fr", "--demo"
    )
    assert made.code == 0, made.err
    settings = case.path("spain") / "fanal.toml"
    settings.write_text(re.sub(r'^language = ".*"$', 'language = "es"', settings.read_text(), flags=re.MULTILINE))
    store.own(case.path("spain"))
    for name in NODES:
        case.path(f"{name}.card").unlink(missing_ok=True)
        case.do(name, "peer", "card", case.path(f"{name}.card"))
    for name in NODES:
        for other in NODES.keys() - {name}:
            case.do(name, "peer", "add", case.path(f"{other}.card"))
            case.do(name, "peer", "assess", NODES[other][0], *TERMS)
    return case


def meeting(case: Case, country: str) -> list[str]:
    """Identities of a country that meet the threshold, in rank order."""
    return [
        line["identity"]
        for line in case.identities("group-7")
        if line["meets_threshold"] and line["countries"] and line["countries"][0]["country"] == country
    ]


def release(case: Case, country: str) -> Path:
    """A package built by the first officer, approved by the second, sealed."""
    case.do("desk", "package", "build", country, *OP)
    case.do("desk", "--as", "2", "package", "approve", *OP)
    return Path(case.do("desk", "package", "seal", *OP, "--format", "json").json[0]["file"])


def receive(case: Case, node: str, file: object) -> dict[str, Any]:
    found: dict[str, Any] = case.do(node, "receive", file, "--format", "json").json
    return found


def answered(case: Case, node: str, outcomes: Mapping[str, str]) -> dict[str, Any]:
    """Outcomes set, sealed, and taken by the desk; returns what that said."""
    for identity, outcome in outcomes.items():
        case.do(node, "answer", "set", identity, outcome, *OWN)
    return receive(case, "desk", case.do(node, "answer", "send", *OWN, "--format", "json").json["file"])


def settled(case: Case, node: str) -> dict[str, Any]:
    """The desk's drafted letter goes out, the node stops what is under way, and that comes back."""
    sealed = case.do("desk", "--as", "2", "correction", "approve", *OP, "--format", "json").json
    letter = receive(case, node, sealed[0]["file"])
    name = letter["letter"]
    back = case.do(node, "correction", "settle", name, "stopped", *WHY, *OWN, "--format", "json").json
    receive(case, "desk", back["file"])
    return next(
        row for row in case.do("desk", "correction", "list", *OP, "--format", "jsonl").lines if row["letter"] == name
    )


def compared(case: Case) -> dict[str, Any]:
    """Spain asks France whether they look at the same person; returns what Spain learns."""
    for name, mails in MAILS.items():
        operation(case, name, "harbour", mails)

    def sealed(node: str, *arguments: object) -> Path:
        built = case.do(node, "deconflict", *arguments, "--format", "json").json[0]["name"]
        said = case.do(node, "--as", "2", "deconflict", "approve", built, "--format", "json").json
        return Path(said[0]["file"])

    offer = sealed("france", "offer", "ES", *PURPOSE, "--op", "harbour")
    query = sealed("spain", "query", offer, *PURPOSE, "--op", "harbour")
    response = sealed("france", "answer", query)
    found: dict[str, Any] = case.do("spain", "deconflict", "result", response, "--format", "json").json
    return found


def work(case: Case) -> Worked:
    """The whole case, from the first package to the last letter."""
    worked = Worked(case)
    say = worked.said
    late, arrested, wrong, recalled, held, changed, *_ = spanish = meeting(case, "ES")
    (french, *_) = meeting(case, "FR")
    say.update(spanish=spanish, late=late, wrong=wrong, recalled=recalled, held=held, changed=changed)
    case.do("desk", "decide", late, "hold", *WHY, *OP)
    say["before"] = case.figures("group-7")
    say["france"] = receive(case, "france", release(case, "FR"))
    say["spain"] = receive(case, "spain", release(case, "ES"))
    for name in ("france", "spain"):
        receive(case, "desk", say[name]["receipt"])
    say["opened"] = case.figures("group-7")
    say["answer"] = answered(case, "spain", {arrested: "arrested", wrong: "false_positive"})
    answered(case, "france", {french: "hit"})
    say["answered"] = case.figures("group-7")
    say["correction"] = settled(case, "spain")
    case.do("desk", "recall", recalled, *WHY, *OP)
    say["recall"] = settled(case, "spain")
    case.do("desk", "decide", late, "release", *WHY, *OP)
    case.do("desk", "decide", held, "hold", *WHY, *OP)
    case.do("desk", "decide", changed, "suspect", *WHY, *OP)
    say["update"] = receive(case, "spain", release(case, "ES"))
    say["hit"] = compared(case)
    return worked
