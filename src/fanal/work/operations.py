"""Operations: open one, find the one that is meant, set its threshold."""

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.base import instants
from fanal.base.digests import sha256_bytes
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases.access import Actor, may, may_see, officer_of
from fanal.cases.decisions import all_standing, decide
from fanal.cases.models.offices import Grant, Operation
from fanal.cases.models.people import Decision
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.lake.writer import home_of
from fanal.model.inputs import Threshold


class OperationExists(FanalError):
    """The slug is taken."""

    code = "F-OP-01"
    text = "There is already an operation {slug}; choose another short name."


class BadSlug(FanalError):
    """A slug that cannot be a folder and part of a file name."""

    code = "F-OP-02"
    text = "{slug} cannot be an operation's short name; use lower-case letters, digits and hyphens, at most 40."
    exit_code = 2


class NoOperation(FanalError):
    """No operation was named and there is not exactly one."""

    code = "F-OP-03"
    text = "Name the operation with --op SLUG; this node has: {known}."
    exit_code = 2


class UnknownOperation(FanalError):
    """No operation of that slug that this officer may know of."""

    code = "F-OP-04"
    text = "There is no operation {slug} here; this node has: {known}."


class BadThreshold(FanalError):
    """A threshold file that does not say what a threshold must say."""

    code = "F-OP-05"
    text = "{path}: {detail}; mend the threshold file."
    exit_code = 2


def open_operation(actor: Actor, node: Node, slug: str, title: str, legal_basis: str) -> Operation:
    """Open an operation; who opens it may work in it. Raises BadSlug, OperationExists."""
    may(actor, "operation.open")
    check_slug(slug)
    if Operation.objects.filter(slug=slug).exists():
        raise OperationExists(slug=slug)
    with transaction.atomic():
        operation = Operation.objects.create(slug=slug, title=title, legal_basis=legal_basis, opened_at=instants.now())
        for role in ("coordinator", "analyst"):
            Grant.objects.get_or_create(
                officer=officer_of(actor), operation=operation, role=role, defaults={"granted_at": instants.now()}
            )
        record(actor, "operation.open", slug)
    home_of(node.lake(slug)).mkdir(parents=True, exist_ok=True)
    return operation


def list_operations(actor: Actor) -> list[Operation]:
    """The operations that the officer has a grant in."""
    may(actor, "operation.list")
    return may_see(actor)


def check_slug(slug: str) -> None:
    """Raises BadSlug where it cannot be a folder and part of a file name."""
    if not (0 < len(slug) <= 40 and all(c in "abcdefghijklmnopqrstuvwxyz0123456789-" for c in slug) and slug[0] != "-"):  # noqa: PLR2004  40 as the message says
        raise BadSlug(slug=slug)


def the_operation(actor: Actor, slug: str | None) -> Operation:
    """The operation of that slug, or the only one. Raises NoOperation, UnknownOperation."""
    may(actor, "operation.list")
    seen = {operation.slug: operation for operation in may_see(actor)}
    if slug is None:
        if len(seen) != 1:
            raise NoOperation(known=", ".join(seen) or "-")
        return next(iter(seen.values()))
    if slug not in seen:
        raise UnknownOperation(slug=slug, known=", ".join(seen) or "-")
    return seen[slug]


def set_threshold(actor: Actor, operation: Operation, path: Path) -> Decision:
    """Take a written threshold (TOML) in, as a signed decision.

    The file names `version`, `approver`, `approved_at` and `[rules]` with the figures of `model.inputs.Threshold`.

    Raises:
        BadThreshold: it lacks one, the version does not rise, a rule is unknown or its value of a wrong kind.
    """
    may(actor, "threshold.set", operation.slug)
    try:
        raw = path.read_bytes()
        told: dict[str, Any] = tomllib.loads(raw.decode())
        version, approver = int(told["version"]), str(told["approver"])
        approved_at = instants.parse(str(told["approved_at"]))
        rules = dict(told["rules"])
        known = {f.name for f in fields(Threshold)} - {"version", "approver", "approved_at"}
        unknown = sorted(set(rules) - known)
        wrong = [name for name in sorted(set(rules) & known) if not _fits(name, rules[name])]
        if not unknown and not wrong:
            Threshold(**rules | {name: tuple(rules[name]) for name in ("conduct", "grades") if name in rules})
    except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError) as e:
        detail = translate("the key {key} is missing").format(key=e.args[0]) if isinstance(e, KeyError) else str(e)
        raise BadThreshold(path=path, detail=detail) from e
    if unknown:
        raise BadThreshold(path=path, detail=translate("unknown rules {names}").format(names=", ".join(unknown)))
    if wrong:
        raise BadThreshold(
            path=path, detail=translate("{rule} cannot be {value}").format(rule=wrong[0], value=rules[wrong[0]])
        )
    last = max((d.detail["version"] for d in all_standing(operation, "threshold")), default=0)
    if version <= last:
        detail = translate("version {version} does not follow {last}").format(version=version, last=last)
        raise BadThreshold(path=path, detail=detail)
    return decide(
        actor,
        operation,
        "threshold",
        operation.slug,
        "approve",
        f"threshold version {version}",
        version=version,
        approver=approver,
        approved_at=instants.text(approved_at),
        rules=rules,
        sha256=sha256_bytes(raw),
    )


def _fits(rule: str, value: Any) -> bool:
    """Whether a threshold's rule can have that value: words, a whole number from 0, or a probability."""
    if rule in ("conduct", "grades"):
        return isinstance(value, list) and all(isinstance(word, str) for word in value)
    if rule == "probability":
        return type(value) in (int, float) and 0 <= value <= 1
    return type(value) is int and value >= 0
