"""Two nodes that know each other, with a few mailboxes and telephones in common; built once, copied for a test."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whole_case import TERMS, Said, typed

from fanal.cases.node import Node, find_node, load_node

#: Mailboxes of each side's accounts, in their order; two are in common.
MAILS = {
    "holder": ("a@one.example", "b@one.example", "shared1@one.example", "shared2@one.example"),
    "asker": ("shared1@one.example", "c@two.example", "shared2@one.example"),
}
PHONES = {"holder": ("+32470000011", "+32470000012"), "asker": ("+32470000012", "+32470000013")}
PURPOSE = ("--purpose", "criminal investigation")
UNDER = ("--reference", "case 12")
COUNTRY = {"holder": "NL", "asker": "BE"}


@dataclass(frozen=True)
class Pair:
    """The folder of the two nodes `holder` and `asker`."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name

    def node(self, name: str) -> Node:
        """The node, with its case store open in this process."""
        return load_node(find_node(self.path(name)))

    def type(self, node: str, *arguments: object) -> Said:
        return typed("-C", self.path(node), *arguments)

    def do(self, node: str, *arguments: object) -> Said:
        """A command that must succeed."""
        said = self.type(node, *arguments)
        assert said.code == 0, (arguments, said.err)
        return said

    def refused(self, node: str, *arguments: object) -> str:
        """A command that must be refused in one line; returns its code."""
        said = self.type(node, *arguments)
        assert said.code in (1, 2), (arguments, said)
        assert said.out == ""
        assert len(said.err.splitlines()) == 1, said.err
        return said.err.split(": ")[1]

    def build(self, node: str, *arguments: object) -> str:
        """Build a file; returns its name."""
        name: str = self.do(node, "deconflict", *arguments, "--format", "json").json[0]["name"]
        return name

    def approve(self, node: str, name: str, *arguments: object) -> Path:
        """Approve it as second officer; returns the sealed file."""
        said = self.do(node, "--as", "2", "deconflict", "approve", name, *arguments, "--format", "json")
        return Path(said.json[0]["file"])

    def offer(self, *arguments: object) -> Path:
        return self.approve("holder", self.build("holder", "offer", "BE", *PURPOSE, *arguments), *_under(arguments))

    def query(self, offer: Path, *arguments: object) -> Path:
        return self.approve("asker", self.build("asker", "query", offer, *PURPOSE, *arguments), *_under(arguments))

    def answer(self, query: Path, *arguments: object) -> Path:
        return self.approve("holder", self.build("holder", "answer", query), *arguments)

    def result(self, node: str, file: Path, *arguments: object) -> dict[str, Any]:
        found: dict[str, Any] = self.do(node, "deconflict", "result", file, *arguments, "--format", "json").json
        return found

    def log(self, node: str) -> list[tuple[str, str, int]]:
        said = self.do(node, "deconflict", "log", *OP[node], "--format", "json")
        return [(line["side"], line["kind"], line["size"]) for line in said.json]

    def caps(self, node: str, **told: int) -> None:
        """Set caps in the node's fanal.toml."""
        lines = "".join(f"{key} = {value}\n" for key, value in told.items())
        with (self.path(node) / "fanal.toml").open("a") as f:
            f.write(f"[deconflict]\n{lines}")

    def copy(self, to: Path) -> "Pair":
        shutil.copytree(self.folder, to)
        return Pair(to)


OP = {"holder": ("--op", "lamp"), "asker": ("--op", "unit")}


def _under(arguments: Sequence[object]) -> tuple[str, ...]:
    return UNDER if UNDER[1] in arguments else ()


def operation(pair: Pair, node: str, slug: str, mails: Sequence[str], phones: Sequence[str] = ()) -> str:
    """Open an operation and run it on accounts with these mailboxes, and the first of them with these telephones;
    returns what the run said beside its results.
    """
    pair.do(node, "op", "new", slug, "--title", slug, "--legal-basis", "order 1")
    rows = [f"{n},user{n}{slug},{mail},{dict(enumerate(phones, 1)).get(n, '')}" for n, mail in enumerate(mails, 1)]
    folder = pair.path(f"exhibits-{node}-{slug}")
    folder.mkdir()
    (folder / "people.csv").write_text("\n".join(["id,login,mail,phone", *rows]) + "\n")
    (folder / "people.yaml").write_text(
        f"fanal_mapping: 1\nplatform: {slug}\nsource: csv\ntables:\n"
        "  account: SELECT id AS native_id, login AS username, _row FROM people\n"
        "  identifier: >\n    SELECT id AS account, 'email' AS kind, mail AS value, _row FROM people\n    UNION ALL\n"
        "    SELECT id AS account, 'phone' AS kind, phone AS value, _row FROM people WHERE phone <> ''\n"
    )
    pair.do(node, "add", folder / "people.csv", "--mapping", folder / "people.yaml", "--op", slug)
    return pair.do(node, "run", "--op", slug).err


def build(folder: Path, mails: Mapping[str, Sequence[str]] = MAILS) -> Pair:
    """Both nodes, run, with each other's card pinned."""
    pair = Pair(folder)
    folder.mkdir()
    for name, country in COUNTRY.items():
        said = typed("init", pair.path(name), "--agency", f"Unit {name}", "--country", country, "--demo")
        assert said.code == 0, said.err
        pair.do(name, "peer", "card", pair.path(f"{name}.card"))
    for name, other in (("holder", "asker"), ("asker", "holder")):
        pair.do(name, "peer", "add", pair.path(f"{other}.card"))
        pair.do(name, "peer", "assess", COUNTRY[other], *TERMS)
        operation(pair, name, OP[name][1], mails[name], PHONES[name])
    return pair
