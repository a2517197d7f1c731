"""Writes the platform case: a seized streaming platform with its forum, an exchange's answer, and the case's events.

Benign and synthetic: invented persons, placeholder text, random digests. The same scale and seed give the same bytes.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

from fanal.sample import accounts as accounts_of
from fanal.sample import case_events, customers, forum, kx, people, plan, prints, truth, videos, wallets

MAPPINGS = ("kx", "forum", "access", "exchange")
Progress = Callable[[str, float], None]


def write_platform(folder: Path, scale: float, seed: int, progress: Progress) -> dict[str, int]:
    """Write the exhibits of the platform case, the case's events and the truth beside them.

    Args:
        folder: where to, made if missing: kx.sql, forum.jsonl, access.log, exchange.csv, their mappings,
            grades.json, list-a.json, list-b.csv with what their categories mean, events.jsonl and truth/.
        scale: 1 is the size of the public case (1.8 million accounts, 25 million logins, 91,000 videos, 6,288 hours).
        seed: another seed, other persons.
        progress: called with the name of a stage and how much of it is done (0 to 1).

    Returns:
        Counts of what was written, by kind.

    Raises:
        ScaleOutOfRange: for a scale outside 0.0005 to 3.
        NoAddressLists: where the packed address lists are missing.
    """
    size = plan.planned(scale)
    beside = folder / "truth"
    beside.mkdir(parents=True, exist_ok=True)
    persons = people.invented(size, seed)
    held = accounts_of.opened(persons, seed)
    purses = wallets.opened(held, size, seed)
    payments = wallets.paid(held, purses, seed)
    films = videos.uploaded(held, size, seed)
    progress("persons", 1.0)
    counts = {"accounts": size.accounts, "persons": len(persons)}
    views, comments = videos.viewed(held, films, size, seed), videos.commented(held, films, size, seed)
    counts |= kx.write(folder / "kx.sql", persons, held, purses, payments, films, views, comments, size, seed, progress)
    counts |= forum.write_forum(folder / "forum.jsonl", persons, held, purses, size, seed)
    counts |= forum.write_log(folder / "access.log", persons, held, size, seed, progress)
    n = len(films.created)
    md5 = pa.concat_arrays([one for _, _, _, one in videos.digests(n, kx.CHUNK, seed)])
    counts |= prints.write_prints(folder, md5, videos.kinds(np.arange(1, n + 1)), seed)
    asked = customers.opened(persons, purses, size, seed)
    counts |= customers.write(folder / "exchange.csv", persons, purses, asked)
    for name in MAPPINGS:
        shutil.copyfile(Path(__file__).with_name("mappings") / f"{name}.yaml", folder / f"{name}.yaml")
    figures = case_events.write(folder / "events.jsonl", persons, held, purses, films, size, seed)
    group = truth.groups(persons, held, purses, payments, asked)
    truth.write_accounts(beside / "accounts.csv", persons, held, asked, group)
    truth.write_persons(beside / "persons.csv", persons)
    truth.write_json(beside / "events-figures.json", figures)
    truth.write_json(beside / "traps.json", truth.traps(persons, held, payments))
    counts["identities_to_find"] = int(group.max()) + 1
    counts["events"] = figures["events"]
    hours = (plan.END - plan.START) / 3600
    totals = {
        "accounts": size.accounts,
        "videos": counts["videos"],
        "video_hours": size.video_centiseconds / 360_000,
        "videos_per_hour": counts["videos"] / hours,
        "logins": counts["logins"] + counts["log_logins"],
        "payments": counts["payments"],
        "messages": counts["comments"] + counts["posts"],
        "identities_to_find": counts["identities_to_find"],
    }
    truth.write_json(beside / "totals.json", totals)
    progress("truth", 1.0)
    return counts
