"""The settings of fanal.toml that may be changed without opening the file, and how one is written into its text.

What makes the node what it is (id, agency, country, database, lakes, engine) stays the file's alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fanal.base.language import mark
from fanal.cases.desk_rules import IDLE, TIP_HOURS, TIP_MINUTES, DeskRules
from fanal.cases.node import UPLOAD_MIB
from fanal.model.deconfliction import Caps
from fanal.model.hash_lists import MatchRules

Value = str | int | float
_HEAD = re.compile(r"^\[([^\[\]]+)\]\s*(#.*)?$")


@dataclass(frozen=True)
class Setting:
    """One setting.

    Attributes:
        section, key: its place in the file.
        usual: what holds where nothing is said.
        label: what it is called. means: what it does.
        least, most: of a number.
    """

    section: str
    key: str
    usual: Value
    label: str
    means: str
    least: float | None = None
    most: float | None = None

    @property
    def name(self) -> str:
        """How the record names it."""
        return f"{self.section}.{self.key}"


SETTINGS = (
    Setting(
        "node", "contact", "", mark("contact"),
        mark("Whom recipients of packages can call: number, hours, whom to ask for. It stands on every package."),
    ),
    Setting(
        "node", "language", "en", mark("language"),
        mark("Language of the agency's papers, two letters; packages for this node are written in it."),
    ),
    Setting(
        "desk", "idle_minutes", DeskRules.idle_minutes, mark("lock after"),
        mark("Minutes without a page after which the desk locks."), *IDLE,
    ),
    Setting(
        "desk", "tip_minutes", DeskRules.tip_minutes, mark("minutes for a tip with a child at risk"),
        mark("Minutes within which somebody takes a tip in which a child may be at risk."), *TIP_MINUTES,
    ),
    Setting(
        "desk", "tip_hours", DeskRules.tip_hours, mark("hours for any other tip"),
        mark("Hours within which somebody takes any other tip."), *TIP_HOURS,
    ),
    Setting(
        "desk", "watched", "", mark("watched folder"),
        mark("The folder whose files officers may add as exhibits; empty: exhibits are added on the command line."),
    ),
    Setting(
        "desk", "upload_mib", UPLOAD_MIB, mark("largest upload"),
        mark("The largest sealed file that is taken in at the desk, in MiB."), 1, 1_048_576,
    ),
    Setting(
        "deconflict", "office", Caps.office, mark("office to call"),
        mark("Whom the other side of a deconfliction is told to call about a hit; empty: the agency's name."),
    ),
    Setting(
        "deconflict", "most", Caps.most, mark("values in one query"),
        mark("E-mail addresses, crypto addresses or devices that one query may hold."), 0, 100_000_000,
    ),
    Setting(
        "deconflict", "budget", Caps.budget, mark("values for one agency"),
        mark("How many of these one agency may ask about, or be asked about, in all."), 0, 1_000_000_000,
    ),
    Setting(
        "deconflict", "strict_most", Caps.strict_most, mark("phones in one query"),
        mark("Phone numbers or user names that one query may hold: they can be guessed through."), 0, 1_000_000,
    ),
    Setting(
        "deconflict", "strict_budget", Caps.strict_budget, mark("phones for one agency"),
        mark("How many phone numbers or user names one agency may ask about, or be asked about, in all."),
        0, 10_000_000,
    ),
    Setting(
        "deconflict", "keep_days", Caps.keep_days, mark("days for keys of deconflictions"),
        mark("Days for which the keys of blinded sets and queries are kept after their last use."), 1, 3_650,
    ),
    Setting(
        "media", "radius", MatchRules.radius, mark("radius of near media"),
        mark("Most bits in which two perceptual hashes differ and still count as near."), 0, 31,
    ),
    Setting(
        "media", "quality", MatchRules.quality, mark("least quality"),
        mark("Least quality of a frame; frames below it are not compared."), 0, 100,
    ),
    Setting(
        "media", "share", MatchRules.share, mark("least share of frames"),
        mark("Least share of a video's frames that must be near."), 0, 1,
    ),
    Setting(
        "media", "quarantine", MatchRules.quarantine, mark("share that sets a hash aside"),
        mark("A hash that matches more than this share of all media is set aside by itself."), 0, 1,
    ),
    Setting(
        "media", "frequent", MatchRules.frequent, mark("hashes that glue nothing"),
        mark("A hash near to more than so many others glues no series together."), 0, 1_000_000,
    ),
)  # fmt: skip


def written(text: str, changes: Mapping[Setting, Value]) -> str:
    """The text of fanal.toml with some settings changed; all else in it stays as it stood, remarks too."""
    lines = text.splitlines()
    for setting, value in changes.items():
        line = f"{setting.key} = {_toml(value)}"
        start = next((n for n, one in enumerate(lines) if _section(one) == setting.section), None)
        if start is None:
            lines += ["", f"[{setting.section}]", line]
            continue
        end = next((n for n in range(start + 1, len(lines)) if _section(lines[n])), len(lines))
        key = re.compile(rf"\s*{re.escape(setting.key)}\s*=")
        there = next((n for n in range(start + 1, end) if key.match(lines[n])), None)
        if there is None:
            lines.insert(start + 1, line)
        else:
            lines[there] = line
    return "\n".join(lines) + "\n"


def _section(line: str) -> str:
    found = _HEAD.match(line.strip())
    return found[1].strip() if found else ""


def _toml(value: Value) -> str:
    if isinstance(value, str):
        cleaned = "".join(c for c in value if c.isprintable())
        return '"' + cleaned.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
