"""A lake with something of everything: both samples, tiny, and a later copy of one exhibit."""

import json
import re
from pathlib import Path

from fanal.lake.writer import writing
from fanal.media.hashlists import store
from fanal.media.hashlists.tables import parse_table
from fanal.model.hash_lists import GradeScale, HashListVersion
from fanal.model.inputs import Copy, Inputs, ListEntry, OriginDecision, PairDecision, Signal
from fanal.read.chain_examples import node_transaction
from fanal.read.child import read_exhibit
from fanal.read.contract import Source
from fanal.read.mapping_form import load_yaml
from fanal.sample.group import write_group
from fanal.sample.platform import write_platform

SCALE, SEED = 0.0005, 7
CHAT = {"owner": "+34612345101", "time_zone": "Europe/Madrid"}
#: A mailbox host of the sample, on a list for a year.
HOST = "yahoo.com"


def _spent(dump: Path) -> list[dict[str, object]]:
    """Two transactions that spend what accounts paid from: one holder's, and a joint one with equal outputs."""
    paid = re.findall(r"'BTC',[0-9.]+,'(\w+)'", dump.read_text(encoding="latin-1"))
    mine, joint = list(dict.fromkeys(paid))[:2], list(dict.fromkeys(paid))[2:4]
    return [
        node_transaction("a" * 64, [(address, 0.5) for address in mine], [("elsewhere", 0.9)]),
        node_transaction("b" * 64, [(address, 0.5) for address in joint], [(f"out{n}", 0.3) for n in range(3)]),
    ]


def _graded(dump: Path) -> dict[str, object]:
    """A VICS case with three of the dump's videos and two pictures that are near to each other."""
    found = re.findall(r"'([0-9a-f]{32})'", dump.read_text(encoding="latin-1"))[:3]
    prints = [{"HashName": "PDQ", "HashValue": digits * 32} for digits in ("a5", "c3")]
    media = [{"MD5": md5, "Category": n} for n, md5 in enumerate(found)]
    near = [{"MD5": digit * 32, "Category": 1, "AlternativeHashes": prints[:1]} for digit in ("8", "9")]
    return {"value": [{"CaseID": "case-1", "Media": [*media, *near]}]}


def _listed(folder: Path, dump: Path) -> tuple[HashListVersion, ...]:
    """One list: a video of the dump, and a picture near to those of the VICS case."""
    (md5,) = re.findall(r"'([0-9a-f]{32})'", dump.read_text(encoding="latin-1"))[:1]
    path = folder / "list.csv"
    path.write_text(f"md5,pdq,category\n{md5},,1\n,{'a5' * 31}a4,2\n", encoding="utf-8")
    about = store.About("list", "v1", "agency 1", "csv", "", {"1": "illegal_here"}, "unmapped")
    store.take_in(folder / "hashlists", path, parse_table(path, "csv"), about)
    return store.in_force(folder / "hashlists")


def small_lake(folder: Path) -> tuple[Path, Inputs]:
    """The lake's folder, and what people decided about it."""
    write_platform(folder, SCALE, SEED, lambda _stage, _done: None)
    write_group(folder / "group", SEED, lambda _stage, _done: None)
    forum = (folder / "forum.jsonl").read_text(encoding="utf-8").splitlines()
    (folder / "group" / "forum.jsonl").write_text("\n".join(forum[: len(forum) * 3 // 4]) + "\n", encoding="utf-8")
    (folder / "chain.json").write_text(json.dumps(_spent(folder / "kx.sql")), encoding="utf-8")
    (folder / "case.json").write_text(json.dumps(_graded(folder / "kx.sql")), encoding="utf-8")
    exhibits = (
        ("mysqldump", "kx.sql", "kx.yaml"),
        ("jsonl", "forum.jsonl", "forum.yaml"),
        ("weblog", "access.log", "access.yaml"),
        ("csv", "exchange.csv", "exchange.yaml"),
        ("jsonl", "group/forum.jsonl", "forum.yaml"),
        ("whatsapp", "group/WhatsApp Chat with Group 7.zip", None),
        ("chain", "chain.json", None),
        ("vics", "case.json", None),
    )
    root = folder / "lake" / "op"
    with writing(root) as writer:
        writer.staging.mkdir(parents=True)
        for number, (reader, file, mapping) in enumerate(exhibits, 1):
            source = Source(
                path=folder / file,
                name=Path(file).name,
                exhibit=number,
                scratch=folder / "scratch",
                mapping=load_yaml((folder / mapping).read_text(encoding="utf-8"), mapping) if mapping else None,
                options=CHAT if reader == "whatsapp" else {},
                time_zone=CHAT["time_zone"],
            )
            files, account = read_exhibit(reader, source, writer.staging)
            writer.add_exhibit(number, files, account)
        writer.commit()
    return root, Inputs(
        scales=(GradeScale(8, "agency 1", "1", "illegal_here"),),
        decisions=(
            PairDecision("kx:1", "kx:2", "same", "d1"),
            PairDecision("kx:3", "kx:4", "different", "d2"),
            PairDecision("kx:5", "kx:6", "not_enough", "d3"),
        ),
        signals=(Signal("kx:1", "hands_on", "officer", "d4"), Signal("kx:2", "child_at_risk", "tip", "d5")),
        origins=(OriginDecision("kx:7", "BE", "d6"), OriginDecision("kx:8", "", "d7")),
        lists=(
            ListEntry("own", "ip", "192.0.2.7", "tor"),
            ListEntry("own", "asn", "64500", "hosting", "Hoster 1"),
            ListEntry("mail", "email", f"@{HOST}", "disposable_mail", since="2023-01-01", until="2024-01-01"),
        ),
        copies=(Copy(5, 2),),
        hash_lists=_listed(folder, folder / "kx.sql"),
    )
