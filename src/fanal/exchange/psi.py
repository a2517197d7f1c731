"""Private set intersection of two lists: who asks learns which of the own values the other has, and no more.

The protocol is that of openmined-psi (Meadows 1986; ECDH on P-256): values are hashed to the curve and blinded with a
secret key of each side. It holds against a peer that follows it; caps and budgets are for one that does not. One key
serves one kind: a value of another kind smuggled into a query matches nothing.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from fanal.base.errors import FanalError

#: Values from which a second process pays for its start.
_WORTH_A_PROCESS = 20_000
#: The compressed form counts in 64 bits: values offered x values asked / false positives must stay below this.
_WIDEST = 1 << 62


class PsiNotInstalled(FanalError):
    """The extra `deconflict` is not installed."""

    code = "F-DEC-03"
    text = "Deconfliction needs openmined-psi, which is not installed; install Fanal with its extra `deconflict`."


@dataclass(frozen=True)
class Offered:
    """One kind of an offer: the secret key that answers queries, and what every querier is given."""

    key: bytes
    setup: bytes


@dataclass(frozen=True)
class Asked:
    """One kind of a query: the secret key that opens the answer, and what is sent."""

    key: bytes
    request: bytes


class Unusable(ValueError):
    """Bytes that are no message of the protocol."""


def library() -> Any:
    """openmined-psi, loaded when it is first needed. Raises PsiNotInstalled."""
    try:
        import private_set_intersection.python as psi  # noqa: PLC0415  an extra
    except ImportError as e:
        raise PsiNotInstalled from e
    return psi


def offer(values: Sequence[str], most: int, false_positives: float = 0.0, processes: int | None = None) -> Offered:
    """Blind what one side has. About 0.1 ms of one core a value; done once for any number of queries.

    Args:
        values: distinct; their order is not kept.
        most: values in the largest query that it must serve.
        false_positives: probability that such a query gets even one wrong hit. 0: 35 bytes a value, exact; above, a
            Golomb-coded set of some 6 bytes a value, unless that cannot count so far: then exact too.
        processes: how many work at it; default, one for each core.
    """
    psi = library()
    key = psi.server.CreateWithNewKey(True).GetPrivateKeyBytes()
    if false_positives and len(values) * most / false_positives < _WIDEST:
        made = psi.server.CreateFromKey(key, True).CreateSetupMessage(
            false_positives, max(most, 1), list(values), psi.DataStructure.GCS
        )
        return Offered(key, made.SerializeToString())
    whole = psi.ServerSetup()
    whole.raw.encrypted_elements.extend(sorted(_blinded(key, values, processes)))
    return Offered(key, whole.SerializeToString())


def _blinded(key: bytes, values: Sequence[str], processes: int | None) -> list[bytes]:
    most = processes or len(os.sched_getaffinity(0))
    n = max(1, min(most, len(values) // _WORTH_A_PROCESS))
    parts = [(key, list(values[start::n])) for start in range(n)]
    if n == 1:
        return _blind(parts[0])
    # A fresh process each: this one may hold an open case store and threads.
    with ProcessPoolExecutor(n, mp_context=get_context("spawn")) as pool:
        return [element for part in pool.map(_blind, parts) for element in part]


def _blind(part: tuple[bytes, list[str]]) -> list[bytes]:
    psi = library()
    key, values = part
    if not values:
        return []
    made = psi.server.CreateFromKey(key, True).CreateSetupMessage(1e-9, 1, values, psi.DataStructure.RAW)
    return list(made.raw.encrypted_elements)


def ask(values: Sequence[str]) -> Asked:
    """Blind what the other side asks about; the order of the values is the order of the answers."""
    psi = library()
    client = psi.client.CreateWithNewKey(True)
    return Asked(client.GetPrivateKeyBytes(), client.CreateRequest(list(values)).SerializeToString())


def size(request: bytes) -> int:
    """How many values a request holds. Raises Unusable."""
    return len(_parsed("Request", request).encrypted_elements)


def answer(key: bytes, request: bytes) -> bytes:
    """Blind a request a second time, with the key of the offer. Raises Unusable."""
    psi = library()
    asked = _parsed("Request", request)
    try:
        made: bytes = psi.server.CreateFromKey(key, True).ProcessRequest(asked).SerializeToString()
    except RuntimeError as e:
        raise Unusable(str(e).splitlines()[0]) from e
    return made


def hits(key: bytes, asked: int, setup: bytes, response: bytes) -> list[int]:
    """Which of the values that were asked about the other side has, by their places.

    Args:
        key: of the request.
        asked: how many values it held.

    Raises:
        Unusable: no answer to that request.
    """
    psi = library()
    given, answered = _parsed("ServerSetup", setup), _parsed("Response", response)
    if len(answered.encrypted_elements) != asked:
        raise Unusable("another number of values")
    if given.WhichOneof("data_structure") is None:
        return []
    try:
        found = psi.client.CreateFromKey(key, True).GetIntersection(given, answered)
    except RuntimeError as e:
        raise Unusable(str(e).splitlines()[0]) from e
    return sorted(int(place) for place in found)


def check_setup(setup: bytes) -> None:
    """Raises Unusable on what is no offer of this protocol."""
    if _parsed("ServerSetup", setup).WhichOneof("data_structure") not in (None, "raw", "gcs"):
        raise Unusable("another form of offer")


def _parsed(kind: str, data: bytes) -> Any:
    message = getattr(library(), kind)()
    try:
        message.ParseFromString(data)
    except Exception as e:  # the library of protocol buffers is another's choice, and so is its error
        raise Unusable(kind) from e
    return message
