"""`make demo`: both model cases, from exhibits to answers, with the commands an officer would type.

Three nodes in a temporary folder: a coordination desk, and the national units of two countries.
Every command is the real one; this module only types them and says what to look at. It ends at the desk, in a browser.
"""

import argparse
import io
import json
import shutil
import sys
import tempfile
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from rich.markup import escape

from fanal.base.language import mark, translate
from fanal.cli.demo_desk import DeskSilent, show_desk
from fanal.cli.main import main
from fanal.cli.output import in_words, notices

SCALE = "0.01"
GROUP_EXPORTS = (
    ("WhatsApp Chat with Group 7.zip", "+34612345101", "Europe/Madrid"),
    ("WhatsApp Chat - Group 7.zip", "+918123456100", "Asia/Kolkata"),
)
PLATFORM_EXHIBITS = (
    ("kx.sql", "kx.yaml"),
    ("forum.jsonl", "forum.yaml"),
    ("access.log", "access.yaml"),
    ("exchange.csv", "exchange.yaml"),
)
GRADED = ("--agency", "Examiner 1", "--mapping")
HASH_LISTS = (("list-a", "list-a.json", "Agency 1"), ("list-b", "list-b.csv", "Agency 2"))
JSONL = ("--format", "jsonl")
TERMS = (
    *("--basis", "eu", "--purpose", "criminal investigation"),
    *("--ill-treatment", "none", "--assessment", "a Member State, no indication of it"),
)
DESK = mark("The desk of this node, in a browser")
PRESS = {"arrests": 33, "countries": 11}


class DemoFailed(Exception):
    """A command of the demonstration did not end as it must."""


class Demo:
    """Types commands in nodes below one folder and keeps count."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.began = time.monotonic()

    def title(self, message: str, **fields: Any) -> None:
        """A heading, with the time since the start."""
        spent = time.monotonic() - self.began
        notices.print(f"\n[bold]{escape(translate(message).format(**fields))}[/bold] [dim]({spent:.0f} s)[/dim]")

    def note(self, message: str, **fields: Any) -> None:
        """One line of explanation."""
        notices.print("  " + escape(translate(message).format(**fields)))

    def fanal(self, *arguments: str, expect: int = 0) -> str:
        """Type one command; its standard output is returned, not shown. Raises DemoFailed."""
        shown = " ".join(f'"{a}"' if " " in a else a for a in arguments).replace(str(self.folder), ".")
        notices.print(f"  [dim]$ fanal {escape(shown)}[/dim]")
        output = io.StringIO()
        with redirect_stdout(output):
            code = main(list(arguments))
        if code != expect:
            raise DemoFailed(f"fanal {shown}: {code}")
        return output.getvalue()

    def node(self, name: str, agency: str, country: str, language: str) -> str:
        """Make a node; returns its folder."""
        folder = str(self.folder / name)
        self.fanal("init", folder, "--agency", agency, "--country", country, "--language", language, "--demo")
        return folder

    def pin(self, here: str, there: str) -> None:
        """Two nodes exchange cards; the sender of packages records on what terms they go."""
        for owner, reader in ((here, there), (there, here)):
            card = f"{owner}.fanal-card"
            if not Path(card).exists():
                self.fanal("-C", owner, "peer", "card", card)
            self.fanal("-C", reader, "peer", "add", card)
        country = {"belgium": "BE", "italy": "IT"}[Path(there).name]
        self.fanal("-C", here, "peer", "assess", country, *TERMS)


def run_demo(folder: Path) -> None:
    """The whole demonstration in that folder."""
    demo = Demo(folder)
    demo.title("Three nodes: a coordination desk and two national units")
    desk = demo.node("desk", "Coordination desk", "NL", "en")
    belgium = demo.node("belgium", "Unité nationale", "BE", "fr")
    italy = demo.node("italy", "Unità nazionale", "IT", "en")
    demo.pin(desk, belgium)
    demo.pin(desk, italy)
    group(demo, desk)
    platform(demo, desk)
    answered = exchange(demo, desk, belgium, "kx", "BE", ("arrested", "identified", "known_already", "false_positive"))
    refusals(demo, desk, belgium, italy)
    exchange(demo, desk, italy, "group-7", "IT", ("arrested", "known_already", "identified", "false_positive"))
    ending(demo, desk, belgium, answered)


def group(demo: Demo, desk: str) -> None:
    """The group: a tip, two exports, reports of arrests."""
    demo.title("The group: a tip, the chat from two telephones, what eleven countries reported")
    sample = str(demo.folder / "group")
    at = ("-C", desk)
    op = ("--op", "group-7")
    demo.fanal("sample", "group", sample)
    demo.fanal(*at, "op", "new", "group-7", "--title", "Group 7", "--legal-basis", "order 1")
    demo.fanal(*at, "tip", f"{sample}/tip.eml", *op)
    for name, owner, zone in GROUP_EXPORTS:
        demo.fanal(*at, "add", f"{sample}/{name}", "--owner", owner, "--time-zone", zone, *op)
    demo.fanal(*at, "add", f"{sample}/contacts.csv", "--mapping", f"{sample}/contacts.yaml", *op)
    demo.fanal(*at, "media", "grades", f"{sample}/grades.json", *GRADED, f"{sample}/grades.toml", *op)
    demo.fanal(*at, "event", f"{sample}/events.jsonl", *op)
    demo.fanal(*at, "op", "threshold", f"{sample}/threshold.toml", *op)
    demo.fanal(*at, "run", *op)
    figures = json.loads(demo.fanal(*at, "figures", *op, "--format", "json"))
    arrested = figures["arrests_by_country"]
    demo.note(
        "{arrests} people arrested in {countries} countries: {listed}",
        arrests=figures["arrests"],
        countries=len(arrested),
        listed=", ".join(f"{country} {n}" for country, n in arrested.items()),
    )
    demo.note(
        "The press account said {arrests} in {countries}. Aliases, a second arrest and a double report count once.",
        **PRESS,
    )
    demo.note("{messages} messages, {accounts} accounts, {minors} minors among the suspects.", **figures)


def platform(demo: Demo, desk: str) -> None:
    """The platform at a hundredth of its size."""
    demo.title("The platform: a database dump, a forum, a web log, an exchange's answer, at scale {scale}", scale=SCALE)
    sample = str(demo.folder / "platform")
    at = ("-C", desk)
    op = ("--op", "kx")
    demo.fanal("sample", "platform", sample, "--scale", SCALE)
    demo.fanal(*at, "op", "new", "kx", "--title", "Platform kx", "--legal-basis", "order 2")
    for name, mapping in PLATFORM_EXHIBITS:
        demo.fanal(*at, "add", f"{sample}/{name}", "--mapping", f"{sample}/{mapping}", *op)
    demo.fanal(*at, "media", "grades", f"{sample}/grades.json", *GRADED, f"{sample}/grades.toml", *op)
    for name, file, agency in HASH_LISTS:
        given = ("--name", name, "--agency", agency, "--mapping", f"{sample}/{Path(file).stem}.toml")
        demo.fanal(*at, "hashlist", "add", f"{sample}/{file}", *given)
    demo.fanal(*at, "event", f"{sample}/events.jsonl", *op)
    demo.fanal(*at, "op", "threshold", f"{sample}/threshold.toml", *op)
    demo.fanal(*at, "run", *op)
    media(demo, at, op)
    figures = json.loads(demo.fanal(*at, "figures", *op, "--format", "json"))
    demo.note(
        "{accounts} accounts are {identities} online identities; "
        "{logins} logins, {videos} videos, {video_hours} hours.",
        **figures,
    )
    first = json.loads(demo.fanal(*at, "identities", *op, "--format", "jsonl").splitlines()[0])
    demo.note(
        "First in rank: {identity} ({roles}), accounts: {n}.",
        identity=first["identity"][:12],
        n=len(first["accounts"]),
        roles=", ".join(in_words(role) for role in first["roles"]),
    )
    why = json.loads(demo.fanal(*at, "explain", first["identity"], *op, "--format", "json"))
    said = next((s for f in why["findings"] for s in f["support"] if s["excerpt"]), None)
    if said:
        demo.note(
            "Why, from the exhibit itself: exhibit {exhibit}, {locator}: {excerpt}",
            **{**said, "excerpt": said["excerpt"][:140]},
        )


def media(demo: Demo, at: tuple[str, ...], op: tuple[str, ...]) -> None:
    """What is known of the videos without anybody looking."""
    matches = [json.loads(line) for line in demo.fanal(*at, "media", "match", *op, *JSONL).splitlines()]
    found = [json.loads(line) for line in demo.fanal(*at, "media", "series", *op, *JSONL).splitlines()]
    queue = [json.loads(line) for line in demo.fanal(*at, "media", "unseen", *op, *JSONL).splitlines()]
    demo.note(
        "Videos that stand on a hash list: {exact}; near to an entry: {near}. Series of near-duplicates: {series}, "
        "of which {graded} carry an examiner's grade.",
        exact=len({match["media"] for match in matches if match["kind"] == "exact"}),
        near=len({match["media"] for match in matches if match["kind"] == "near"}),
        series=len(found),
        graded=sum(one["graded"] is not None for one in found),
    )
    demo.note("Seen by no list and graded by nobody: {n}. They go to victim identification first.", n=len(queue))


def exchange(
    demo: Demo, desk: str, national: str, operation: str, country: str, outcomes: tuple[str, ...]
) -> dict[str, Any]:
    """A package goes out, is opened and answered, and the figures change."""
    demo.title(
        "Package {operation} for {country}: built by one officer, approved by another, sealed",
        operation=operation,
        country=country,
    )
    at = ("-C", desk)
    op = ("--op", operation)
    before = json.loads(demo.fanal(*at, "figures", *op, "--format", "json"))
    demo.fanal(*at, "package", "build", "--all", *op)
    demo.fanal(*at, "--as", "2", "package", "approve", *op)
    leaving = json.loads(demo.fanal(*at, "package", "seal", *op, "--format", "json"))
    sealed = next(package for package in leaving if package["country"] == country)
    file = sealed["file"]
    demo.note("{identities} identities leave; {not_included} are counted and stay. {file}", **{**sealed, "file": file})
    received = json.loads(demo.fanal("-C", national, "receive", file, "--format", "json"))
    own = received["operation"]
    demo.fanal("-C", national, "op", "threshold", str(demo.folder / "group" / "threshold.toml"), "--op", own)
    demo.fanal("-C", national, "run", "--op", own)
    listed = demo.fanal("-C", national, "identities", "--op", own, "--format", "jsonl").splitlines()
    for line, outcome in zip(listed, outcomes, strict=False):
        identity = json.loads(line)["identity"]
        demo.fanal("-C", national, "answer", "set", identity, outcome, "--grade", "B2", "--op", own)
    answer = json.loads(demo.fanal("-C", national, "answer", "send", "--op", own, "--format", "json"))
    demo.fanal(*at, "receive", answer["file"])
    after = json.loads(demo.fanal(*at, "figures", *op, "--format", "json"))
    demo.note(
        "Answers: {answers}. Arrests {before} before, {after} now.",
        answers=after["answers"],
        before=before["arrests"],
        after=after["arrests"],
    )
    return {"file": file, "summary": received["summary"], "operation": own}


def refusals(demo: Demo, desk: str, belgium: str, italy: str) -> None:
    """What must be refused is refused, in one line each."""
    demo.title("What is refused")
    file = next((Path(desk) / "packages").rglob("kx-BE-1.fanal"))
    changed = demo.folder / "changed.fanal"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    demo.fanal("-C", belgium, "receive", str(changed), expect=1)
    demo.fanal("-C", belgium, "receive", str(file), expect=1)
    demo.fanal("-C", italy, "receive", str(file), expect=1)


def ending(demo: Demo, desk: str, belgium: str, answered: dict[str, Any]) -> None:
    """The log holds; where everything is."""
    demo.title("The audit log, recomputed from its files")
    verdict = json.loads(demo.fanal("-C", desk, "audit", "verify", "--format", "json"))
    demo.note("{entries} entries, head {head}: holds.", entries=verdict["entries"], head=verdict["head"][:16])
    demo.title("What an investigator would look at first")
    demo.note("fanal -C {desk} identities --op kx", desk=desk)
    demo.note("fanal -C {desk} leads --op kx", desk=desk)
    demo.note("fanal -C {belgium} identities --op {operation}", belgium=belgium, operation=answered["operation"])
    demo.note("The summary for a person to read: {summary}", summary=answered["summary"])
    demo.note("The sealed package: {file}", file=answered["file"])
    demo.note("Everything is in {folder}; delete it when you have seen enough.", folder=demo.folder)


def start() -> int:
    """Entry of `make demo`. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--folder", type=Path, help="a new folder; default, a temporary one that stays")
    parser.add_argument("--desk", default="", choices=("", "0", "1"), help="0: not; 1: also without a terminal")
    told = parser.parse_args()
    folder = told.folder or Path(tempfile.mkdtemp(prefix="fanal-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        run_demo(folder.resolve())
        if told.desk != "0":
            notices.print(f"\n[bold]{escape(translate(DESK))}[/bold]")
            show_desk(folder.resolve() / "desk", stay=told.desk == "1" or sys.stdin.isatty())
    except (DemoFailed, DeskSilent) as e:
        notices.print(f"[red]{escape(str(e))}[/red]")
        if told.folder is None:
            shutil.rmtree(folder)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(start())
