"""Handling codes: set by officers on what is ours, and honoured on what was received under them.

H1 not in judicial proceedings, H2 not passed on, both without the provider's permission; H3 the provider's own words,
shown wherever the material is. Codes are a set, not a ladder. Nothing is left out silently: what a code holds
back opens a request for permission, and what is refused stays on the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases import letters
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.decisions import all_standing, decide
from fanal.cases.models.exchange import Package
from fanal.cases.models.letters import Letter
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.evidence.register import Register
from fanal.exchange.heading import read_json
from fanal.lake.snapshot import Snapshot
from fanal.model.codes import Handling

KIND = "handling"
NOT_IN_COURT, NOT_PASSED_ON = "H1", "H2"


class BadScope(FanalError):
    """Codes for an exhibit that there is not, or for two things at once."""

    code = "F-REL-10"
    text = "{detail}; handling codes hold for an operation, for one of its exhibits, or for one recipient's packages."
    exit_code = 2


class NotInProceedings(FanalError):
    """What was received under H1 was to be used in judicial proceedings."""

    code = "F-REL-11"
    text = (
        "Package {package} of {agency} came under H1: it is not for judicial proceedings without its provider's "
        "permission. `fanal permission list` shows the request that was drafted."
    )


@dataclass(frozen=True)
class Received:
    """A package that this node received and goes by, with its codes and the exhibit that its rows are of."""

    package: Package
    codes: tuple[Handling, ...]
    exhibit: int | None

    def under(self, code: str) -> bool:
        """Whether it came under that code."""
        return any(one.code == code for one in self.codes)


def set_codes(
    actor: Actor,
    node: Node,
    operation: Operation,
    codes: Sequence[str],
    text: str,
    reason: str,
    *,
    exhibit: int | None = None,
    country: str | None = None,
) -> Decision:
    """Record which handling codes hold for an operation, one of its exhibits, or one recipient's packages.

    Args:
        codes: of H1, H2, H3; none takes them off.
        text: of H3, in the provider's words.

    Raises:
        BadScope, UnknownCode, HandlingTextMissing, NoReason, NoOfficer.
    """
    may(actor, "handling.set", operation.slug)
    wanted = [Handling(code, text if code == "H3" else "") for code in sorted(set(codes))]
    if exhibit is not None and country is not None:
        raise BadScope(detail=translate("an exhibit and a country were both named"))
    if exhibit is not None and exhibit not in {e.number for e in Register(node.evidence).exhibits(operation.slug)}:
        raise BadScope(detail=translate("there is no exhibit {exhibit} here").format(exhibit=exhibit))
    subject = f"exhibit {exhibit}" if exhibit is not None else f"country {country}" if country else "operation"
    told = [{"code": one.code, "text": one.text} for one in wanted]
    return decide(actor, operation, KIND, subject, "set", reason, codes=told)


def codes_for(actor: Actor, operation: Operation, country: str) -> tuple[Handling, ...]:
    """The codes that a package for a country carries: ours, its exhibits', and those that its material came under."""
    may(actor, "case.read", operation.slug)
    found = {
        Handling(told["code"], told["text"])
        for decision in all_standing(operation, KIND)
        if not decision.subject.startswith("country ") or decision.subject == f"country {country}"
        for told in decision.detail["codes"]
    }
    for package in _received(operation):
        found |= set(_codes(package))
    return tuple(sorted(found))


def shown(actor: Actor, operation: Operation) -> list[dict[str, str]]:
    """The codes that material of an operation is shown with: `code`, `line` (what it asks), `of` (who set it)."""
    may(actor, "figures.read", operation.slug)
    rows = [
        (one, translate("package {package} of {agency}").format(package=package, agency=_agency(package)))
        for package in _received(operation)
        for one in _codes(package)
    ]
    for decision in all_standing(operation, KIND):
        of = decision.subject.partition(" ")
        said = {
            "operation": translate("this operation"),
            "exhibit": translate("exhibit {exhibit}").format(exhibit=of[2]),
            "country": translate("packages for {country}").format(country=of[2]),
        }[of[0]]
        rows += [(Handling(told["code"], told["text"]), said) for told in decision.detail["codes"]]
    return [{"code": one.code, "line": one.line(), "of": of} for one, of in rows]


def not_passed_on(
    actor: Actor, node: Node, operation: Operation, snapshot: Snapshot, to: str
) -> tuple[frozenset[str], frozenset[int]]:
    """What was received under H2 and may not go to somebody: identities that rest on it, and exhibits of its rows.

    Args:
        to: a country code, or "" for anybody else.

    Returns:
        Identities with an account in such a package, and the exhibits; permissions that were granted are left out.
    """
    may(actor, "case.read", operation.slug)
    held: set[str] = set()
    exhibits: set[int] = set()
    for one in _with_exhibits(node, operation):
        if not one.under(NOT_PASSED_ON) or one.exhibit is None:
            continue
        granted = _granted(one.package, "pass_on", to)
        if "" in granted:
            continue
        exhibits.add(one.exhibit)
        from fanal.exchange.sent import accounts_sent  # noqa: PLC0415  see _resting_on

        sent = accounts_sent(node.folder / one.package.folder)
        allowed = {account for account, identity in sent.items() if identity in granted}
        held |= _resting_on(snapshot, one.exhibit, allowed)
    return frozenset(held), frozenset(exhibits)


def refuse_in_proceedings(actor: Actor, node: Node, operation: Operation) -> None:
    """Raises NotInProceedings where material came under H1 and no permission was granted; a request is drafted."""
    may(actor, "case.read", operation.slug)
    for one in _with_exhibits(node, operation):
        if one.under(NOT_IN_COURT) and "" not in _granted(one.package, "proceedings", ""):
            open_requests(actor, node, operation, "proceedings", "", translate("requests for judicial proceedings"))
            raise NotInProceedings(package=one.package, agency=_agency(one.package))


def open_requests(actor: Actor, node: Node, operation: Operation, use: str, to: str, reason: str) -> list[str]:
    """Draft a request for permission to each provider whose code stands in the way; none twice.

    Args:
        use: pass_on or proceedings.

    Returns:
        The names of those drafted now.
    """
    may(actor, "case.read", operation.slug)
    code = NOT_PASSED_ON if use == "pass_on" else NOT_IN_COURT
    made = []
    for one in _with_exhibits(node, operation):
        if not one.under(code) or "" in _granted(one.package, use, to):
            continue
        asked = {"use": use, "to": to}
        letter = letters.draft(one.package, "permission", reason, by=officer_of(actor), detail=asked)
        if letter is not None:
            facts = {"kind": "permission", "package": one.package.digest}
            record(actor, "letter.draft", letter.reference, within=operation.slug, **facts)
            made.append(letter.reference)
    return made


def _received(operation: Operation) -> list[Package]:
    """The packages whose rows the operation goes by: of each sender, the last."""
    rows = Package.objects.filter(operation=operation, direction="in").select_related("peer__agency").order_by("number")
    return list({(p.peer_id, p.sender_operation): p for p in rows}.values())


def _codes(package: Package) -> tuple[Handling, ...]:
    return tuple(Handling(told["code"], told["text"]) for told in package.basis.get("handling", []))


def _with_exhibits(node: Node, operation: Operation) -> list[Received]:
    packages = _received(operation)
    if not packages:
        return []
    numbers = {e.sha256: e.number for e in Register(node.evidence).exhibits(operation.slug)}
    return [
        Received(package, _codes(package) or _from_bag(node, package), numbers.get(package.file_sha256))
        for package in packages
    ]


def _from_bag(node: Node, package: Package) -> tuple[Handling, ...]:
    """The codes of a package that an earlier version took in, as its own head file has them."""
    if "handling" in package.basis or not (node.folder / package.folder / "data/package.json").is_file():
        return ()
    told = read_json(node.folder / package.folder, "data/package.json", str(package))
    return tuple(Handling(one["code"], one["text"]) for one in told.get("handling", []))


def _granted(package: Package, use: str, to: str) -> set[str]:
    """Identities of a package for which its provider granted that use; "" stands for all of it."""
    rows = Letter.objects.filter(package=package, direction="out", kind="permission", settled="granted")
    return {r.identity for r in rows if r.detail.get("use") == use and r.detail.get("to", "") in ("", to)}


def _resting_on(snapshot: Snapshot, exhibit: int, allowed: set[str]) -> set[str]:
    """Identities with an account that stands in an exhibit, those of the allowed accounts left out."""
    # `fanal status` names codes too, and needs no engine for it.
    from fanal.analyse.sessions import opened  # noqa: PLC0415

    with opened(snapshot, ("account", "identity_account")) as engine:
        rows = engine.rows(
            "SELECT DISTINCT i.identity, i.account FROM account AS a JOIN identity_account AS i "
            "ON i.account = a.account WHERE a.exhibit = $exhibit",
            exhibit=exhibit,
        ).to_pylist()
    return {row["identity"] for row in rows if row["account"] not in allowed}


def _agency(package: Package) -> str:
    return package.peer.agency.name if package.peer else "-"
