"""One side's part of a deconfliction, as a process of its own for `bench exchange`.

Run as a program: `python -m fanal.bench.exchange_psi_work offer|query|response|result FOLDER OFFERED ASKED`. Keys and
messages go from one to the next as files of FOLDER. Prints one JSON object: note.
"""

import json
import sys
from pathlib import Path

from fanal.exchange import psi

STEPS = ("offer", "query", "response", "result")
#: Of 20 values that are asked about, one is in the offer.
_EVERY = 20


def offered_values(n: int) -> list[str]:
    """What the holder has: n mailboxes."""
    return [f"email:someone{i}@provider{i % 97}.example" for i in range(n)]


def asked_values(n: int) -> list[str]:
    """What is asked about: n mailboxes, every 20th of them the holder's too, as far as it has so many."""
    return [
        f"email:someone{i}@provider{i % 97}.example" if i % _EVERY == 0 else f"email:other{i}@provider.example"
        for i in range(n)
    ]


def work(step: str, folder: Path, offered: int, asked: int) -> str:
    """Do one step. Returns what to say of it. Raises SystemExit where the result is not that of brute force."""
    if step == "offer":
        made = psi.offer(offered_values(offered), max(asked, 1))
        (folder / "offer.key").write_bytes(made.key)
        (folder / "offer").write_bytes(made.setup)
        return f"{len(made.setup) >> 20} MiB"
    if step == "query":
        query = psi.ask(asked_values(asked))
        (folder / "query.key").write_bytes(query.key)
        (folder / "query").write_bytes(query.request)
        return f"{len(query.request) >> 10} KiB"
    if step == "response":
        response = psi.answer((folder / "offer.key").read_bytes(), (folder / "query").read_bytes())
        (folder / "response").write_bytes(response)
        return f"{len(response) >> 10} KiB"
    files = [(folder / name).read_bytes() for name in ("query.key", "offer", "response")]
    found = psi.hits(files[0], asked, files[1], files[2])
    have = set(offered_values(offered))
    true = [place for place, value in enumerate(asked_values(asked)) if value in have]
    if found != true:
        sys.exit(f"{len(found)} hits, by brute force {len(true)}")
    return f"{len(found)} hits, the same as by brute force"


if __name__ == "__main__":
    json.dump({"note": work(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))}, sys.stdout)
