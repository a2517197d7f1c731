"""Feeds every reader, and the opener of packages, damaged copies: no crash, no hang, no row unaccounted for.

`python tools/fuzz.py [--seconds S] [--seed N] [READER|seal|bag|card...]` (`make fuzz`): so many seconds for each, in a
process of its own that is watched from outside. A finding is printed as the seed that makes it again. The
readers' compiled loops run with their bounds checked. Nothing is kept; the test suite runs a few rounds of the same.
"""

import argparse
import faulthandler
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

#: A reading that takes longer than this many seconds hangs.
HANG_S = 60
TOKENS = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"'", b'"', b"\\", b"`", b"\r", b"\n", b"\n\n", b"\t", b"(", b")",
    b"{", b"}", b"[", b"]", b";", b"--", b"/*", b"*/", b"\\.", b"\\N", b"<!", b"&x;", b"]]>",
    b"data:image/png;base64,AAAA", b"PK\x03\x04",
    b"9" * 40, b"-1", b"1e999", b"\xe2\x80\xae", b"\xed\xa0\x80", b": ", b" - ", b"31/02/24, 25:61 - ", b"INSERT INTO",
    b"COPY", b"VALUES", b"DELIMITER", b"boundary=", b"Content-Type: message/rfc822\n\n", b"%s%n", b"=?utf-8?b?AA=?=",
)  # fmt: skip


def damaged(content: bytes, random: Random) -> bytes:
    """A copy with one to four of: bytes changed, cut off, cut out, doubled, swapped, a hostile piece put in."""
    raw = bytearray(content)
    for _ in range(random.randrange(1, 5)):
        at, size = random.randrange(len(raw) + 1), random.choice((1, 1, 2, 8, 64, 512))
        deed = random.randrange(7)
        if deed == 0 and raw:
            for _ in range(size):
                raw[random.randrange(len(raw))] = random.randrange(256)
        elif deed == 1:
            del raw[at:]
        elif deed == 2:
            del raw[at : at + size]
        elif deed == 3:
            raw[at:at] = raw[at : at + size] * random.choice((1, 2, 50))
        elif deed == 4:
            raw[at:at] = random.choice(TOKENS)
        elif deed == 5:
            raw[at : at + size] = random.choice(TOKENS) * random.choice((1, 3))
        else:
            other = random.randrange(len(raw) + 1)
            raw[at : at + size], raw[other : other + size] = raw[other : other + size], raw[at : at + size]
    return bytes(raw)


def one_round(reader, seed: int, folder: Path) -> str | None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Read one damaged copy. Returns what is wrong with how it went, None where nothing is."""
    from fanal.base.errors import FanalError  # noqa: PLC0415  imported behind the settings of `main`
    from fanal.evidence.media_signs import freed  # noqa: PLC0415
    from fanal.read.contract import Source  # noqa: PLC0415
    from fanal.read.mapping_form import load_yaml  # noqa: PLC0415
    from fanal.read.registry import HEAD, readers  # noqa: PLC0415
    from fanal.read.scope import Scope  # noqa: PLC0415
    from fanal.read.sink import LakeSink  # noqa: PLC0415

    random = Random(f"{reader.name} {seed}")
    examples = list(reader.examples())
    example = examples[seed % len(examples)]
    which = random.randrange(len(example.beside) + 1) if example.beside else 0
    files: Mapping[str, bytes] = {example.name: example.content, **example.beside}
    changed = {n: damaged(raw, random) if place == which else raw for place, (n, raw) in enumerate(files.items())}
    for name, raw in changed.items():
        (folder / Path(name).name).write_bytes(raw)
    (folder / "scratch").mkdir()
    mapping = load_yaml(example.mapping, example.name) if example.mapping else None
    source = Source(
        folder / Path(example.name).name, example.name, 7, folder / "scratch", mapping, options=example.options,
        beside={name: folder / Path(name).name for name in example.beside},
    )  # fmt: skip
    head = changed[example.name][:HEAD]
    sure = [one.detect(head, example.name) for one in readers()]
    if not all(0 <= confidence <= 1 for confidence in sure):
        return f"detect says {sure}"
    try:
        with LakeSink(7, folder / "staging", scope=Scope.of(example.options)) as sink:
            reader.read(source, sink)
            account = sink.close()
    except FanalError as e:
        return None if e.line() == freed(e.line()) else f"an error quotes content: {e.code}"
    for part, n in account["rows"].items():
        if n["source"] != n["read"] + n["rejected"] + n["unmapped"] or min(n.values()) < 0:
            return f"rows of {part} unaccounted for: {n}"
    return _places(reader, source, sink.files)


def _places(reader, source, files: Mapping[str, list[Path]]) -> str | None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """What is wrong with the places of the first and the last row of each table."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    from fanal.base.errors import FanalError  # noqa: PLC0415
    from fanal.evidence.media_signs import freed  # noqa: PLC0415

    for table, paths in files.items():
        places = pq.read_table(paths[0], columns=["locator"])["locator"]
        for locator in {places[0].as_py(), places[-1].as_py()}:
            try:
                shown = reader.excerpt(source, locator)
            except FanalError:
                if table != "reject":
                    return f"{table} {locator} leads nowhere"
                continue
            if freed(shown) != shown:
                return f"the excerpt of {table} {locator} shows encoded content"
    return None


def _attempt(name: str) -> Callable[[int, Path], str | None]:
    """What one round of a reader, or of a part of the opener, does."""
    from fuzz_exchange import TARGETS  # noqa: PLC0415

    from fanal.read.registry import by_name  # noqa: PLC0415

    if name in TARGETS:
        return lambda seed, folder: TARGETS[name](seed, folder, damaged)
    reader = by_name(name)
    return lambda seed, folder: one_round(reader, seed, folder)


def rounds(name: str, seed: int, seconds: float, most: int) -> int:
    """Rounds of one reader until the time or the number is over. Prints each finding; returns how many there were."""
    found, end, attempt = 0, time.monotonic() + seconds, _attempt(name)
    for place in range(seed, seed + most):
        faulthandler.dump_traceback_later(HANG_S, exit=True, file=sys.__stderr__)
        print(f"at {name} {place}", flush=True)
        with tempfile.TemporaryDirectory(prefix="fanal-fuzz-") as folder:
            try:
                wrong = attempt(place, Path(folder))
            except Exception as e:  # noqa: BLE001  that is what is looked for
                wrong = f"{type(e).__name__}: {e}"[:300]
        faulthandler.cancel_dump_traceback_later()
        if wrong:
            found += 1
            print(f"FOUND {name} --seed {place}: {wrong}", flush=True)
        if time.monotonic() > end:
            break
    return found


def main(arguments: list[str]) -> int:
    """Run the named readers, or all. Returns 1 where something was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("readers", nargs="*")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    told = parser.parse_args(arguments)
    if told.here:
        return int(rounds(told.readers[0], told.seed, told.seconds, told.rounds) > 0)
    from fuzz_exchange import TARGETS  # noqa: PLC0415

    from fanal.read.registry import readers  # noqa: PLC0415

    failed = 0
    checked = {
        **os.environ,
        "NUMBA_BOUNDSCHECK": "1",
        "NUMBA_CACHE_DIR": str(Path(tempfile.gettempdir()) / "fanal-fuzz-cache"),
    }
    for name in told.readers or [*(reader.name for reader in readers()), *TARGETS]:
        command = [sys.executable, __file__, "--here", name, "--seconds", str(told.seconds), "--seed", str(told.seed)]
        done = subprocess.run(
            [*command, "--rounds", str(told.rounds)], env=checked, capture_output=True, text=True, check=False
        )
        lines = done.stdout.splitlines()
        wrong = [line for line in lines if line.startswith("FOUND")]
        tried = sum(line.startswith("at ") for line in lines)
        if done.returncode not in (0, 1):
            last = next((line for line in reversed(lines) if line.startswith("at ")), "at the start")
            wrong.append(f"FOUND {name}: died or hung {last} (exit {done.returncode})\n{done.stderr[-2000:]}")
        print(f"{name}: {tried} damaged copies, {len(wrong)} findings", flush=True)
        print("".join(f"{line}\n" for line in wrong), end="", flush=True)
        failed += bool(wrong)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
