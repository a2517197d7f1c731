"""Which pages `bench desk` opens, and what it makes of them: server time, queries, errors, bytes."""

import gzip
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import quote

from fanal.bench.desk_browser import Browser, Page

#: Style sheets and scripts that a page names.
_ASSET = re.compile(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"')
_FOUND = 200


@dataclass
class Met:
    """What was met at one kind of page."""

    took_ms: list[float] = field(default_factory=list)
    queries: set[int] = field(default_factory=set)
    errors: Counter[str] = field(default_factory=Counter)
    cpu_ms: list[float] = field(default_factory=list)
    bytes: int = 0

    def add(self, page: Page | None) -> None:
        """One page; None where no answer came."""
        if page is None or page.status != _FOUND:
            self.errors[str(page.status) if page else "no answer"] += 1
            return
        self.took_ms.append(page.took_ms)
        self.cpu_ms.append(page.cpu_ms)
        self.queries.add(page.queries)
        self.bytes = max(self.bytes, len(page.text))

    def share(self, part: float) -> float | None:
        """Server time that this part of the pages kept within, in ms."""
        return _share(self.took_ms, part)

    @property
    def cpu(self) -> float | None:
        """Processor time that half of the pages kept within, in ms: of the thread that answered, engines left out."""
        return _share(self.cpu_ms, 0.5)


def _share(values: list[float], part: float) -> float | None:
    return round(sorted(values)[min(len(values) - 1, int(part * len(values)))], 1) if values else None


Walked = dict[str, Met]


@dataclass(frozen=True)
class Pages:
    """The pages of one operation: each kind with the addresses that stand for it.

    Attributes:
        operation: slug. identities: ids. pairs: two accounts joined by a comma. tips: numbers.
        ranks: how many ranked identities there are. country: one that some have.
    """

    operation: str
    identities: Sequence[str]
    pairs: Sequence[str]
    tips: Sequence[int]
    ranks: int
    country: str

    def addresses(self) -> dict[str, list[str]]:
        """Kind of page to its addresses."""
        at = f"/operations/{self.operation}"
        return {
            "operations": ["/"],
            "front": [f"{at}/"],
            "identities": [f"{at}/identities/?after={n * self.ranks // 20}" for n in range(20)],
            "identities by country": [f"{at}/identities/?country={self.country}&after={n}" for n in range(20)],
            "identity": [f"{at}/identities/{identity}/" for identity in self.identities],
            "activity of an identity": [f"{at}/identities/{identity}/activity/" for identity in self.identities],
            "review": [f"{at}/review/"],
            "pair": [f"{at}/review/pair/?accounts={quote(pair)}" for pair in self.pairs],
            "own decisions": [f"{at}/review/mine/"],
            "tips": [f"{at}/tips/"],
            "tip": [f"{at}/tips/{number}/" for number in self.tips],
            "evidence": [f"{at}/evidence/"],
            "work": [f"{at}/work/"],
            "packages": [f"{at}/packages/"],
            "answers": [f"{at}/answers/"],
            "letters": [f"{at}/letters/"],
            "audit": ["/audit/"],
            "peers": ["/peers/"],
            "officers": ["/people/"],
        }


def walk(browser: Browser, pages: Pages, each: int) -> Walked:
    """Open every kind of page so many times, one after the other; the first of each is not counted."""
    met: Walked = defaultdict(Met)
    for kind, addresses in pages.addresses().items():
        for n in range(each + 1):
            page = _opened(browser, addresses[n % len(addresses)])
            if n or page is None or page.status != _FOUND:
                met[kind].add(page)
    return dict(met)


def all_at_once(browsers: Sequence[Browser], pages: Pages, seconds: float, seed: int) -> Walked:
    """Every officer opens pages for so many seconds, in an order of chance."""
    until = time.monotonic() + seconds
    met: Walked = {kind: Met() for kind in pages.addresses()}

    def one(number: int) -> None:
        chance = random.Random(seed + number)  # noqa: S311  an order of pages is no secret
        addresses = pages.addresses()
        while time.monotonic() < until:
            kind = chance.choice(list(addresses))
            met[kind].add(_opened(browsers[number], chance.choice(addresses[kind])))

    with ThreadPoolExecutor(len(browsers)) as threads:
        for done in [threads.submit(one, number) for number in range(len(browsers))]:
            done.result()
    return met


def _opened(browser: Browser, path: str) -> Page | None:
    try:
        return browser.open(path)
    except (OSError, HTTPException):
        return None


def first_page_bytes(browser: Browser) -> tuple[int, int]:
    """Style sheets and scripts of the page that an officer sees first: bytes, and bytes when compressed (gzip)."""
    bodies = [browser.fetch(path) for path in _ASSET.findall(browser.open("/").text)]
    return sum(map(len, bodies)), sum(len(gzip.compress(body, 9)) for body in bodies)
