import json
from pathlib import Path
from typing import Any

from exchange_cases import MADE_AT

from fanal.exchange.case_graph import TableFileRef, TopIdentity, case_graph, objects_in
from fanal.exchange.heading import Party
from fanal.exchange.plan import ExhibitRef, PackagePlan
from fanal.model.codes import Grade, Handling
from fanal.model.inputs import Threshold

GOLDEN = Path(__file__).parent / "golden/case.jsonld"
ONE, TWO = (
    Party(f"Agency {name}", code, f"node-{name}", "key", "age") for name, code in (("one", "DE"), ("two", "FR"))
)
PLAN = PackagePlan(
    "lamp",
    "Lamp",
    1,
    ONE,
    TWO,
    MADE_AT,
    "en",
    "Order 12/2026",
    "EU",
    "investigation",
    Threshold(),
    Grade("A", "2"),
    "checkpoint",
    (Handling("H1"), Handling("H3", "ask first")),
    exhibits=(ExhibitRef(1, "0" * 64, "exhibit 1", "csv"),),
)
FILES = [TableFileRef("data/tables/account.parquet", "a" * 64, 12)]


def identity(n: int) -> TopIdentity:
    key = f"kx:{n}"
    account: dict[str, Any] = {
        "account": key,
        "platform": "kx",
        "native_id": str(n),
        "username": f"user{n}",
        "display_name": None,
        "exhibit": 1,
    }
    kinds = [("crypto_address", "wallet-of-all"), ("email", f"user{n}@example.org"), ("phone", "+33600000001")]
    used = [{"account": key, "kind": kind, "norm": norm, "relation": None} for kind, norm in kinds]
    medium = {"account": key, "media": f"kx:m{n}", "md5": None, "sha1": None, "sha256": f"{n:064x}", "bytes": 7}
    prints = [{"pdq": f"{n:064x}", "quality": 90, "at_s": 1.5}]
    media = [medium | {"mime": "image/jpeg", "fingerprints": prints}]
    return TopIdentity(f"{n:032x}", [account], used, [f"rank {n}", "FR: likely"], "FR", "likely", ["minor"], media)


def test_the_graph_is_as_it_was() -> None:
    made = json.dumps(case_graph(PLAN, [identity(1), identity(2)], FILES), indent=1, ensure_ascii=False) + "\n"
    assert made == GOLDEN.read_text()


def test_it_never_holds_more_than_a_thousand_objects_and_no_half_identity() -> None:
    graph = case_graph(PLAN, [identity(n) for n in range(500)], FILES)
    assert objects_in(graph) <= 1_000
    assert objects_in(graph) > 980
    named = {node["@id"] for node in graph["@graph"]}
    groupings = [node for node in graph["@graph"] if "uco-core:Grouping" in node["@type"]]
    assert all(member["@id"] in named for group in groupings for member in group["uco-core:object"])


def test_every_reference_leads_to_a_node() -> None:
    graph = case_graph(PLAN, [identity(1), identity(2)], FILES)
    named: set[str] = set()
    asked: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "@id" in value:
                (named if "@type" in value else asked).add(value["@id"])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(graph["@graph"])
    assert asked <= named


def test_an_online_identity_is_never_a_person() -> None:
    text = json.dumps(case_graph(PLAN, [identity(1)], FILES))
    assert "uco-identity:Person" not in text
    assert "online identity, not a person" in text
