"""What was worked out of a snapshot is worked out once in a process: a snapshot never changes.

Only for what is the same for every officer. What depends on a handling code, on the protected list or on any other word
of a person is no part of it: it is asked anew each time.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar

from fanal.lake.snapshot import Snapshot

#: Results that are kept of one function at one time, the last asked.
MOST = 64

P = ParamSpec("P")
R = TypeVar("R")


def once(make: Callable[Concatenate[Snapshot, P], R]) -> Callable[Concatenate[Snapshot, P], R]:
    """Keep what a function of a snapshot and hashable arguments gives. Nobody may change what it gave."""
    results: OrderedDict[Hashable, R] = OrderedDict()
    lock = Lock()

    @wraps(make)
    def kept(snapshot: Snapshot, /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (snapshot, args, tuple(sorted(kwargs.items())))
        with lock:
            if key in results:
                results.move_to_end(key)
                return results[key]
        made = make(snapshot, *args, **kwargs)
        with lock:
            results[key] = made
            while len(results) > MOST:
                results.popitem(last=False)
        return made

    return kept
