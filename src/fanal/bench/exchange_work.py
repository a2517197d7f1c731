"""Work of `bench exchange` that is measured without the start of its process.

Run as a program of its own: `python -m fanal.bench.exchange_work seal|age FOLDER`. Prints one JSON object: cpu_s and
wall_s of the work.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pyrage

from fanal.exchange.bag import package_digest, write_bag
from fanal.exchange.heading import Heading, Party, head_file, read_heading
from fanal.exchange.keys import unlock
from fanal.exchange.seal import bag_info, seal

BAG, FILE = "bag", "data/tables/bytes.parquet"
PASSPHRASE = "of a benchmark"  # noqa: S105  the keys live as long as the benchmark
_BLOCK = 1 << 20


def write_source(folder: Path, size: int, made_at: datetime) -> None:
    """A bag in `folder` with one file of `size` random bytes, from and to the keys that lie in `folder`/keys."""
    public = unlock(folder / "keys", PASSPHRASE).public
    party = Party("Benchmark", "NL", public.node, public.signing_key, public.age_recipient)
    head = Heading("package", party, party, "kx", 1, made_at)
    (folder / BAG / FILE).parent.mkdir(parents=True)
    with (folder / BAG / FILE).open("wb") as file:
        for _ in range(0, size, _BLOCK):
            file.write(os.urandom(_BLOCK))
        file.truncate(size)
    (folder / BAG / head_file(head.kind)).write_text(json.dumps(head.to_json()), encoding="utf-8")
    write_bag(folder / BAG, bag_info(head))


def seal_work(folder: Path) -> Callable[[], object]:
    """Seal the bag as `fanal package seal` does, without asking the case."""
    keys, bag = unlock(folder / "keys", PASSPHRASE), folder / BAG
    head, digest = read_heading(bag, "package", "bag"), package_digest(bag)
    return lambda: seal(bag, head, keys.signing, folder / "x.fanal", digest)


def age_work(folder: Path) -> Callable[[], object]:
    """Only encrypt the bag's one file, from disk to disk."""
    to = [pyrage.x25519.Recipient.from_str(unlock(folder / "keys", PASSPHRASE).public.age_recipient)]

    def work() -> None:
        with (folder / BAG / FILE).open("rb", _BLOCK) as source, (folder / "x.age").open("wb") as sink:
            pyrage.encrypt_io(source, sink, to)
            sink.flush()
            os.fsync(sink.fileno())

    return work


if __name__ == "__main__":
    work = {"seal": seal_work, "age": age_work}[sys.argv[1]](Path(sys.argv[2]))
    cpu, wall = time.process_time(), time.monotonic()
    work()
    told = {"cpu_s": round(time.process_time() - cpu, 2), "wall_s": round(time.monotonic() - wall, 2)}
    json.dump(told, sys.stdout)
