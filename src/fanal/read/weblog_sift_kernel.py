"""The compiled loops of `weblog_sift`: whether one scanned line has what some SELECT asks for."""

# ruff: noqa: PLR2004  bytes are compared with their codes in one compiled loop

import numpy as np
import numpy.typing as npt

from fanal.base.compiled import compiled
from fanal.read.cell_kernel import JSON_STRING, NULL, Bytes, Places
from fanal.read.weblog_places import METHOD, PATH, QUERY, STATUS

Flags = npt.NDArray[np.bool_]

#: What is asked of a path: nothing, that it begins with a text, that the text stands in it.
ANY, AT_START, INSIDE = 0, 1, 2


@compiled
def _same(buf: Bytes, p: int, end: int, text: Bytes, start: int, stop: int) -> bool:
    """Whether the bytes from p begin with a text."""
    if end - p < stop - start:
        return False
    for i in range(stop - start):  # noqa: SIM110  compiled: a loop is what it is
        if buf[p + i] != text[start + i]:
            return False
    return True


@compiled
def _escaped(buf: Bytes, p: int, end: int, kind: int) -> bool:
    """Whether a JSON string is written with backslashes, so that its bytes are not its text."""
    if kind == JSON_STRING:
        for i in range(p, end):
            if buf[i] == 92:
                return True
    return False


@compiled
def _method_fits(
    buf: Bytes, p: int, end: int, kind: int, methods: Bytes, method_ends: Places, first: int, behind: int
) -> bool:
    if _escaped(buf, p, end, kind):
        return True
    for m in range(first, behind):
        size = method_ends[m + 1] - method_ends[m]
        if size == end - p and _same(buf, p, end, methods, method_ends[m], method_ends[m + 1]):
            return True
    return False


@compiled
def _path_fits(buf: Bytes, p: int, end: int, kind: int, paths: Bytes, start: int, stop: int, mode: int) -> bool:
    if _escaped(buf, p, end, kind):
        return True
    if mode == AT_START:
        return _same(buf, p, end, paths, start, stop)
    for i in range(p, end - (stop - start) + 1):  # noqa: SIM110  compiled: a loop is what it is
        if _same(buf, i, end, paths, start, stop):
            return True
    return False


@compiled
def may_matter(
    buf: Bytes, starts: Places, ends: Places, kinds: Bytes, r: int,
    any_method: Flags, method_of: Places, methods: Bytes, method_ends: Places,
    any_status: Flags, statuses: Flags, paths: Bytes, path_ends: Places, modes: Bytes,
) -> bool:  # fmt: skip
    """Whether some SELECT may yield line r, of which method, path, query and status are scanned."""
    at, end, kind = starts[r, STATUS], ends[r, STATUS], kinds[r, STATUS]
    status = -1
    if kind != NULL and end - at == 3:
        status = 0
        for i in range(at, end):
            status = status * 10 + buf[i] - 48 if 48 <= buf[i] <= 57 and status >= 0 else -1
    for k in range(len(modes)):
        if not any_status[k] and not (status >= 0 and statuses[k, status]):
            continue
        at, end, kind = starts[r, METHOD], ends[r, METHOD], kinds[r, METHOD]
        if not any_method[k] and (
            kind == NULL or not _method_fits(buf, at, end, kind, methods, method_ends, method_of[k], method_of[k + 1])
        ):
            continue
        at, end, kind = starts[r, PATH], ends[r, PATH], kinds[r, PATH]
        # A path that is joined from two fields is no longer than asked for, until it is joined.
        if (
            modes[k] != ANY
            and kinds[r, QUERY] == NULL
            and (kind == NULL or not _path_fits(buf, at, end, kind, paths, path_ends[k], path_ends[k + 1], modes[k]))
        ):
            continue
        return True
    return False
