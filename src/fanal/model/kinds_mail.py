"""Mail addresses: case, host names outside ASCII, and what each large provider ignores in the part before the @.

Whether a mailbox exists is not asked anywhere; throw-away hosts are a list (`lists`), not a rule here.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyarrow as pa
import pyarrow.compute as pc

from fanal.base.language import mark
from fanal.model.kind import Kind, in_sql, literal, plain, plain_sql

_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = rf"{_ATOM}(?:\.{_ATOM})*"
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})+"
_WIDE = r"[A-Za-z0-9.\x{80}-\x{10ffff}-]+"
_BEFORE, _AFTER = "(?:[Mm][Aa][Ii][Ll][Tt][Oo]:)?<?", r"\.?>?"
_SQL_SHAPE = f"^{_BEFORE}({_LOCAL})@({_HOST}){_AFTER}$"
_SQL_WIDE = f"^{_BEFORE}({_LOCAL})@({_WIDE}){_AFTER}$"
_SHAPE = re.compile(f"{_BEFORE}({_LOCAL})@({_HOST}){_AFTER}")
_WIDE_SHAPE = re.compile(f"{_BEFORE}({_LOCAL})@([A-Za-z0-9.\\x80-\U0010ffff-]+){_AFTER}")
_LOCAL_ROOM = 64
# Stands before a norm whose host is still to be written in ASCII; no address begins so after it.
_UNFINISHED = " "


@dataclass(frozen=True)
class Provider:
    """What one provider ignores: `tag` and what follows it, and letters turned `from_` into `to`."""

    domain: str
    mailbox_domain: str
    from_: str
    to: str
    tag: str

    def mailbox(self, local: str) -> str:
        """The part before the @ that names the mailbox; "" where nothing is left."""
        kept = local.split(self.tag, 1)[0]
        swaps = {c: self.to[i] if i < len(self.to) else "" for i, c in enumerate(self.from_)}
        return "".join(swaps.get(c, c) for c in kept)


@cache
def providers() -> dict[str, Provider]:
    """The providers' rules by host name, from data/mail_providers.csv."""
    with files("fanal").joinpath("data/mail_providers.csv").open(encoding="utf-8") as f:
        rows = [Provider(r["domain"], r["mailbox_domain"], r["from"], r["to"], r["tag"]) for r in csv.DictReader(f)]
    return {row.domain: row for row in rows}


def ascii_host(host: str) -> str | None:
    """A host name in ASCII (punycode, letters mapped by NFKC and lower case); None where it is none."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", host.replace("\u3002", ".")).lower())
    labels = []
    for label in folded.rstrip(".").split("."):
        written = label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
        if not re.fullmatch(_LABEL, written) or not all(_in_host(c) for c in label):
            return None
        labels.append(written)
    return ".".join(labels) if len(labels) > 1 else None


def _in_host(c: str) -> bool:
    return c in "-\u00b7\u200c\u200d" or unicodedata.category(c)[0] in "LMN"


def _email(value: str) -> str | None:
    text = plain(value)
    found = _SHAPE.fullmatch(text)
    if not found:
        wide = _WIDE_SHAPE.fullmatch(text)
        host = ascii_host(wide[2]) if wide and not wide[2].isascii() else None
        return f"{wide[1].lower()}@{host}" if wide and host and len(wide[1]) <= _LOCAL_ROOM else None
    local, domain = found[1].lower(), found[2].lower()
    if len(local) > _LOCAL_ROOM:
        return None
    rule = providers().get(domain)
    if not rule:
        return f"{local}@{domain}"
    mailbox = rule.mailbox(local)
    return f"{mailbox}@{rule.mailbox_domain}" if mailbox else None


def _query(source: str) -> str:
    by_rule: dict[tuple[str, str, str, str], list[str]] = {}
    for p in providers().values():
        by_rule.setdefault((p.mailbox_domain, p.from_, p.to, p.tag), []).append(p.domain)
    # Rules that leave the host as it is are written once for all their hosts.
    merged: dict[tuple[str | None, str, str, str], list[str]] = {}
    for (target, from_, to, tag), domains in by_rule.items():
        merged.setdefault((None if domains == [target] else target, from_, to, tag), []).extend(domains)
    cases = []
    for (renamed, from_, to, tag), domains in merged.items():
        host = literal(renamed) if renamed else "d"
        kept = f"split_part(l, {literal(tag)}, 1)"
        mailbox = f"translate({kept}, {literal(from_)}, {literal(to)})" if from_ else kept
        hosts = ", ".join(literal(d) for d in domains)
        cases.append(f"WHEN d IN ({hosts}) THEN nullif({mailbox}, '') || '@' || {host}")
    plain_text = f"SELECT i, {plain_sql('value')} AS v FROM {source}"
    ascii_shape, wide_shape = literal(_SQL_SHAPE), literal(_SQL_WIDE)
    # Whether a text has a shape is known several times sooner than where its parts stand.
    bare = f"SELECT i, v, regexp_full_match(v, {literal(f'{_LOCAL}@{_HOST}')}) AS bare FROM ({plain_text})"
    local, host = (
        f"lower(CASE WHEN bare THEN split_part(v, '@', {n}) ELSE regexp_extract(v, {ascii_shape}, {n}) END)"
        for n in (1, 2)
    )
    parts = f"SELECT i, v, {local} AS l, {host} AS d FROM ({bare})"
    wide_local, wide_host = (f"regexp_extract(v, {wide_shape}, {group})" for group in (1, 2))
    wide = (
        f"CASE WHEN regexp_matches(v, '[^\\x00-\\x7f]') AND {wide_local} <> '' "
        f"AND length({wide_local}) <= {_LOCAL_ROOM} "
        f"THEN {literal(_UNFINISHED)} || lower({wide_local}) || '@' || {wide_host} END"
    )
    return (
        f"SELECT i, CASE WHEN l = '' THEN {wide} WHEN length(l) > {_LOCAL_ROOM} THEN NULL {' '.join(cases)} "
        f"ELSE l || '@' || d END AS norm FROM ({parts})"
    )


def _finish(norms: pa.Array) -> pa.Array:
    """Hosts outside ASCII in ASCII, each distinct host once."""
    mask = pc.fill_null(pc.starts_with(norms, _UNFINISHED), fill_value=False)
    rows = pc.filter(norms, mask)
    if not len(rows):
        return norms
    parts = pc.split_pattern(pc.utf8_slice_codeunits(rows, 1), "@")
    hosts = pc.list_element(parts, 1).dictionary_encode()
    written = pa.array([ascii_host(host) for host in hosts.dictionary.to_pylist()], pa.string())
    whole = pc.binary_join_element_wise(pc.list_element(parts, 0), written.take(hosts.indices), "@")
    return pc.replace_with_mask(norms, mask, whole)


EMAIL = Kind(
    name="email",
    label=mark("E-mail"),
    reason=mark(
        "A mail address in lower case, its host in ASCII. Where a provider ignores dots, or text after a plus, "
        "they are left out; elsewhere they stay."
    ),
    links=True,
    examples=(
        ("Lantern.Seven+x@GoogleMail.com", "lanternseven@gmail.com"),
        ("lantern.seven+x@example.org", "lantern.seven+x@example.org"),
        ("lantern+x@hotmail.fr", "lantern@hotmail.fr"),
        ("mailto:Lantern@B\u00fccher.example", "lantern@xn--bcher-kva.example"),
        ("+x@gmail.com", None),
        ("lantern@localhost", None),
        ("lantern at example.org", None),
    ),
    norms=in_sql(_query, _finish),
    normalise=_email,
)
