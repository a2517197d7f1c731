"""A small lake with steps' results as the steps write them: benign, synthetic, three countries."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from exchange_cases import MADE_AT, Agency

from fanal.exchange.plan import ExhibitRef, Opinion, PackagePlan
from fanal.lake.parquet import write_table
from fanal.lake.snapshot import Snapshot
from fanal.lake.writer import writing
from fanal.model.codes import Grade, Handling
from fanal.model.inputs import Threshold
from fanal.model.tables import BY_NAME, FINDING, SUPPORT, obs_base

S, N, F, B, T = pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.timestamp("us")


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema(list(columns.items()))


RESULTS = {
    "identity": _schema(identity=S, founder=S, founder_obs=N, accounts=pa.int32()),
    "identity_account": _schema(identity=S, account=S, account_id=N),
    "identity_country": _schema(identity=S, country=S, probability=F, rank=pa.int32()),
    "identity_origin": _schema(identity=S, undetermined=B, words=S, country=S, probability=F, would_change=S),
    "identity_role": _schema(identity=S, role=S, score=F, n=N),
    "identity_threshold": _schema(identity=S, meets=B, rule=S, why_not=S),
    "identity_rank": _schema(identity=S, rank=pa.int32(), score=F, reasons=S),
    "lead": _schema(lead=S, identity=S, addressee=S, kind=S, ask=S, address=S, port=N, at=T, perishes_at=T, obs=N),
    "roles_finding": FINDING,
    "roles_support": SUPPORT,
    "resolve_finding": FINDING,
    "resolve_support": SUPPORT,
    "attribute_finding": FINDING,
    "attribute_support": SUPPORT,
    "media_series": _schema(media=S, series=S),
    "media_grade": _schema(media=S, series=S, exhibit=pa.int32(), agency=S, category=S, opinion=S, obs=N),
    "series": _schema(series=S, media=N, accounts=N, countries=N, first_at=T, state=S, graded=S, flags=N),
}
#: Why `a` is one identity, why its country is said to be France, and what speaks against either.
REASONS = (
    ("resolve", "identity", "2", (("for", 4.0, "shares_email"), ("against", -1.5, "names_differ"))),
    ("attribute", "country", "FR", (("for", 3.0, "phone"), ("against", 0.4, "language"), ("context", 0.1, "name"))),
)
#: `kx:m0`, which nobody in a package used, gives its name to a series of media of France, Spain and somebody else.
_GRADE = {"media": "kx:m1", "series": "kx:m0", "exhibit": 1, "agency": "Unit 4", "category": "1", "obs": 1}
SERIES: dict[str, list[dict[str, Any]]] = {
    "media_series": [
        *({"media": f"kx:m{n}", "series": "kx:m0"} for n in (0, 1, 2, 6)),
        *({"media": f"kx:m{n}", "series": f"kx:m{n}"} for n in (3, 4, 5, 7)),
    ],
    "media_grade": [_GRADE | {"opinion": "illegal_everywhere"}],
    "series": [
        {"series": "kx:m0", "media": 4, "accounts": 3, "countries": 2, "state": "known", "graded": "illegal"},
        *({"series": f"kx:m{n}", "media": 1, "accounts": 1, "countries": 1, "state": "unseen"} for n in (3, 4, 5, 7)),
    ],
}
DAY = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).replace(tzinfo=None)
# identity, accounts, country, undetermined, meets, rank
PEOPLE = [
    ("a" * 32, ["kx:1", "kx:2"], "FR", False, True, 2),
    ("b" * 32, ["kx:3"], "FR", False, True, 1),
    ("c" * 32, ["kx:4"], "FR", False, False, 3),
    ("d" * 32, ["kx:5"], "FR", True, True, 4),
    ("e" * 32, ["kx:6"], "ES", False, True, 5),
    ("f" * 32, ["kx:7"], None, True, True, 6),
]


def _rows() -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in BY_NAME}
    accounts = [account for _, keys, *_ in PEOPLE for account in keys]
    for n, account in enumerate(accounts, 1):
        native = account.split(":")[1]
        rows["account"].append(
            {"account": account, "platform": "kx", "native_id": native, "username": f"user{n}", "created_at": DAY}
        )
        rows["identifier"].append(
            {"account": account, "kind": "email", "value": f"User{n}@Example.org", "norm": f"user{n}@example.org"}
        )
        rows["login"].append(
            {"account": account, "at": DAY, "at_precision": "second", "ip": f"192.0.2.{n}", "src_port": 1000 + n}
        )
        rows["message"].append(
            {"account": account, "channel": "kx:c1", "at": DAY, "kind": "text", "body": f"message {n}"}
        )
        rows["share"].append({"account": account, "media": f"kx:m{n}", "at": DAY, "action": "upload"})
        rows["media"].append(
            {
                "media": f"kx:m{n}",
                "platform": "kx",
                "native_id": f"m{n}",
                "md5": f"{n:032x}",
                "sha1": f"{n:040x}",
                "sha256": f"{n:064x}",
                "bytes": n,
            }
        )
        rows["link"].append(
            {"account": account, "url": f"https://example.org/{n}", "host": "example.org", "message": n, "at": DAY}
        )
    rows["identifier"].append({"account": "kx:1", "kind": "phone", "value": "0600000001", "norm": "+33600000001"})
    rows["account"][0]["username"] = '=cmd("x")'
    rows["channel"].append({"channel": "kx:c1", "platform": "kx", "native_id": "c1", "title": "channel 1"})
    rows["membership"] = [
        {"account": "kx:1", "channel": "kx:c1", "change": "added", "by_account": "kx:3"},
        {"account": "kx:2", "channel": "kx:c1", "change": "added", "by_account": "kx:6"},
        {"account": "kx:2", "channel": "kx:c1", "change": "joined", "by_account": None},
    ]
    rows["fingerprint"].append({"media": "kx:m1", "at_s": 0.0, "pdq": bytes(32), "quality": 90, "variant": "plain"})
    return rows


def _results() -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in RESULTS}
    for identity, keys, country, undetermined, meets, rank in PEOPLE:
        rows["identity"].append({"identity": identity, "founder": keys[0], "accounts": len(keys)})
        rows["identity_account"] += [{"identity": identity, "account": key} for key in keys]
        words = "undetermined" if undetermined else "likely"
        rows["identity_origin"].append(
            {"identity": identity, "undetermined": undetermined, "words": words, "country": country}
        )
        rows["identity_country"] += [
            {"identity": identity, "country": c, "probability": p, "rank": r}
            for r, (c, p) in enumerate([(country, 0.8), ("PT", 0.2)], 1)
            if c
        ]
        rows["identity_role"].append({"identity": identity, "role": "uploader", "score": 1.0, "n": 3})
        rows["identity_threshold"].append({"identity": identity, "meets": meets, "rule": "uploaded"})
        rows["identity_rank"].append({"identity": identity, "rank": rank, "score": 1.0, "reasons": "uploader payer"})
        rows["lead"].append(
            {
                "lead": f"lead-{identity[0]}",
                "identity": identity,
                "addressee": "Provider",
                "kind": "ip",
                "ask": "who_used_address_without_port",
                "address": f"192.0.2.{rank}",
                "port": None,
                "at": DAY,
                "perishes_at": DAY,
                "obs": obs_base(1) + 1,
            }
        )
        finding = f"finding-{identity[0]}"
        rows["roles_finding"].append({"finding": finding, "step": "roles", "kind": "role", "subject": identity})
        rows["roles_support"].append({"finding": finding, "obs": obs_base(1) + 1, "role": "for"})
    for step, kind, value, grounds in REASONS:
        finding = f"{step}-a"
        said = {"finding": finding, "step": step, "kind": kind, "subject": "a" * 32, "value": value}
        rows[f"{step}_finding"].append(said)
        rows[f"{step}_support"] += [
            {"finding": finding, "obs": obs_base(1) + 1, "role": role, "weight": weight, "reason": reason}
            for role, weight, reason in grounds
        ]
    rows |= SERIES
    rows["roles_finding"].append({"finding": "names-another", "step": "roles", "subject": "a" * 32, "value": "kx:6"})
    rows["roles_finding"].append({"finding": "names-own", "step": "roles", "subject": "a" * 32, "value": "kx:2"})
    return rows


def small_lake(root: Path) -> Snapshot:
    """An operation's lake with one exhibit and the results of its steps."""
    with writing(root) as writer:
        files = {}
        n = obs_base(1)
        for name, found in _rows().items():
            for row in found:
                n += 1
                row |= {"exhibit": 1, "locator": f"{name}:{n - obs_base(1)}", "obs": n}
            if found:
                files[name] = [_write(writer.path(f"{name}-1"), found, BY_NAME[name].schema)]
        writer.add_exhibit(1, files, {})
        for name, found in _results().items():
            table = pa.Table.from_pylist(found, RESULTS[name])
            writer.set_table(name, table.to_batches(), RESULTS[name])
        return writer.commit()


def _write(path: Path, rows: list[dict[str, Any]], schema: pa.Schema) -> Path:
    write_table(path, pa.Table.from_pylist(rows, schema))
    return path


def plan(sender: Agency, recipient: Agency, **more: Any) -> PackagePlan:
    fields: dict[str, Any] = {
        "operation": "lamp",
        "title": "Lamp",
        "number": 1,
        "sender": sender.party,
        "recipient": recipient.party,
        "made_at": MADE_AT,
        "language": "en",
        "legal_basis": "Order 12/2026",
        "transfer_basis": "EU member state",
        "purpose": "investigation of operation Lamp",
        "threshold": Threshold(1, "Prosecutor P-3", MADE_AT),
        "grade": Grade("A", "2"),
        "checkpoint": "fanal/lamp\n3\nAAAA\n",
        "handling": (Handling("H1"), Handling("H3", "ask first")),
        "lists": {"ip_country": "2026-02-01"},
        "exhibits": (ExhibitRef(1, "0" * 64, "exhibit 1", "mysqldump"),),
        "opinions": (
            Opinion("b" * 32, "suspect", "three uploads", "S-17", MADE_AT),
            Opinion("e" * 32, "suspect", "x", "S-17", MADE_AT),
        ),
    }
    return PackagePlan(**fields | more)
