"""The scanner of one large JSON document: a compiled machine that finds the elements of chosen arrays in it.

It checks how the document is built (brackets, commas, colons, strings), block after block, and says
where each wanted element begins and ends. Whether the values in an element are JSON, others check.
"""

# Bytes are compared with their codes, and one state machine stands in one loop: numba inlines neither
# named characters nor many small calls for free.
# ruff: noqa: PLR2004, C901, PLR0912, PLR0915

import numpy as np
import numpy.typing as npt

from fanal.base.compiled import compiled
from fanal.read.cell_kernel import Bytes, write_json_string

Longs = npt.NDArray[np.int64]

#: Brackets within brackets, of the whole document.
DEEPEST = 256
#: Longest key that is compared with a path.
LONGEST_KEY = 256

# What the machine expects next.
VALUE, FIRST, KEY0, KEY, COLON, AFTER, STRING, ESCAPED, KEY_STRING, KEY_ESCAPED, BARE, DONE = range(12)
# Why it came back: the block is used up, room is used up, the document breaks off, it nests too deep.
MORE, FULL, BROKEN, TOO_DEEP = range(4)
# Places of the machine's state.
(
    DEPTH, MODE, NODE, KEY_SIZE, KEY_HAS_ESCAPE, START, ELEMENT_DEPTH, TARGET, SKIPPING, COPY_FROM, COPIED, SAFE,
    SAFE_DEPTH, ELEMENTS, SPANS, MARKS,
) = range(16)  # fmt: skip
STATE = 16
# What is told of an element, in the columns of `found`: begins at, ends at, which path, place of the nearest listed
# thing around it in its list (-1: none), place in its own list.
FROM, TO, PATH, PARENT, INDEX = range(5)


@compiled
def _child(node: int, name: Bytes, size: int, edges: Longs, keys: Bytes) -> int:
    """The node that a key leads to, -1 for none. `edges`: node, where its key begins and ends in `keys`, child."""
    for k in range(edges.shape[0]):
        if edges[k, 0] != node or edges[k, 2] - edges[k, 1] != size:
            continue
        same = True
        for i in range(size):
            if keys[edges[k, 1] + i] != name[i]:
                same = False
                break
        if same:
            return int(edges[k, 3])
    return -1


@compiled
def _parent(depth: int, types: Bytes, indices: Longs) -> int:
    """The place of the listed thing in which the innermost array stands."""
    for d in range(depth - 2, -1, -1):
        if types[d] == 91:
            return int(indices[d] - 1)
    return -1


@compiled
def _key_node(state: Longs, nodes: Longs, name: Bytes, plain: Bytes, edges: Longs, keys: Bytes) -> int:
    """The node of the key in `name`, in the object that is open."""
    around = int(nodes[state[DEPTH] - 1])
    size = int(state[KEY_SIZE])
    if around < 0 or size < 0:
        return -1
    if state[KEY_HAS_ESCAPE]:
        return _child(around, plain, write_json_string(name, 0, size, plain, 0), edges, keys)
    return _child(around, name, size, edges, keys)


@compiled
def _completed(state: Longs, p: int, types: Bytes, indices: Longs, found: Longs) -> None:
    """A value ends before p: hand out the element that it was; note how far the outer document is whole."""
    if state[ELEMENT_DEPTH] == state[DEPTH]:
        n = state[ELEMENTS]
        depth = int(state[DEPTH])
        found[n, FROM] = -1 if state[SKIPPING] else state[START]
        found[n, TO] = p
        found[n, PATH] = state[TARGET]
        found[n, PARENT] = _parent(depth, types, indices)
        found[n, INDEX] = indices[depth - 1] - 1
        state[ELEMENTS] = n + 1
        state[ELEMENT_DEPTH], state[START], state[SKIPPING] = -1, -1, 0
        state[SAFE], state[SAFE_DEPTH] = state[COPIED], state[DEPTH]
    elif state[COPY_FROM] >= 0:
        state[SAFE] = state[COPIED] + p - state[COPY_FROM]
        state[SAFE_DEPTH] = state[DEPTH]
    state[MODE] = AFTER if state[DEPTH] else DONE


@compiled
def scan_elements(
    buf: Bytes,
    p: int,
    end: int,
    state: Longs,
    types: Bytes,
    nodes: Longs,
    indices: Longs,
    name: Bytes,
    plain: Bytes,
    edges: Longs,
    keys: Bytes,
    listed: Longs,
    target: Longs,
    found: Longs,
    spans: Longs,
    marks: Longs,
) -> tuple[int, int]:
    """Go on from p to the end of the block, or until room for what is found runs out.

    Args:
        buf: the block.
        p: where to go on.
        end: end of what is there.
        state: the machine's; START and COPY_FROM are places in `buf`, and move with it.
        types: bracket of each open container.
        nodes: its node in the tree of paths, -1 where no path leads through it.
        indices: for each open array, how many elements have begun.
        name: the key that is being read, as it is written.
        plain: room for the key without escapes.
        edges: keys of the tree: node, where its key begins and ends in `keys`, child.
        keys: the keys, one behind the other.
        listed: for each node, the node of its elements where it is an array, else -1.
        target: for each node, the number of the path that ends there, else -1.
        found: elements to fill, state[ELEMENTS] of them; FROM is -1 where the element was too large to keep.
        spans: pieces of the outer document to fill (from, to).
        marks: listed things on the way to targets: where they begin, their node.

    Returns:
        Where it stands, and MORE, FULL, BROKEN or TOO_DEEP.
    """
    while p < end:
        c = buf[p]
        mode = state[MODE]
        if mode == STRING:
            while p < end and buf[p] != 34 and buf[p] != 92:
                p += 1
            if p == end:
                return p, MORE
            if buf[p] == 92:
                state[MODE] = ESCAPED
                p += 1
            else:
                p += 1
                _completed(state, p, types, indices, found)
            continue
        if mode == ESCAPED:
            state[MODE] = STRING
            p += 1
            continue
        if mode in (KEY_STRING, KEY_ESCAPED):
            size = state[KEY_SIZE]
            if mode == KEY_STRING and c == 34:
                state[NODE] = _key_node(state, nodes, name, plain, edges, keys)
                state[MODE] = COLON
                p += 1
                continue
            if mode == KEY_STRING and c == 92:
                state[KEY_HAS_ESCAPE] = 1
                state[MODE] = KEY_ESCAPED
            else:
                state[MODE] = KEY_STRING
            if 0 <= size < LONGEST_KEY:
                name[size] = c
                state[KEY_SIZE] = size + 1
            else:
                state[KEY_SIZE] = -1
            p += 1
            continue
        if mode == BARE:
            while p < end and (48 <= buf[p] <= 57 or 97 <= buf[p] <= 122 or buf[p] in (43, 45, 46, 69)):
                p += 1
            if p == end:
                return p, MORE
            _completed(state, p, types, indices, found)
            continue
        if c in (32, 10, 13, 9):
            p += 1
            continue
        if state[ELEMENTS] == found.shape[0] or state[SPANS] == spans.shape[0] or state[MARKS] == marks.shape[0]:
            return p, FULL
        depth = int(state[DEPTH])
        if mode == AFTER and c == 44:
            state[MODE] = VALUE if types[depth - 1] == 91 else KEY
            state[NODE] = listed[nodes[depth - 1]] if types[depth - 1] == 91 and nodes[depth - 1] >= 0 else -1
            p += 1
            continue
        closing = (mode == AFTER and c == types[depth - 1] + 2) or (mode == FIRST and c == 93)
        if closing or (mode == KEY0 and c == 125):
            if state[COPY_FROM] < 0 and state[ELEMENT_DEPTH] < 0:
                state[COPY_FROM] = p
            state[DEPTH] = depth - 1
            p += 1
            _completed(state, p, types, indices, found)
            continue
        if mode in (KEY0, KEY) and c == 34:
            state[MODE], state[KEY_SIZE], state[KEY_HAS_ESCAPE] = KEY_STRING, 0, 0
            p += 1
            continue
        if mode == COLON and c == 58:
            state[MODE] = VALUE
            p += 1
            continue
        if mode not in (VALUE, FIRST):
            return p, BROKEN
        # A value begins.
        node = int(state[NODE])
        if c in (123, 91) and depth == len(types):
            return p, TOO_DEEP
        if not (c in (34, 45, 91, 102, 110, 116, 123) or 48 <= c <= 57):
            return p, BROKEN
        if depth and types[depth - 1] == 91:
            indices[depth - 1] += 1
            if node >= 0 and target[node] < 0 and state[ELEMENT_DEPTH] < 0:
                marks[state[MARKS], 0] = p
                marks[state[MARKS], 1] = node
                state[MARKS] += 1
        if node >= 0 and target[node] >= 0 and state[ELEMENT_DEPTH] < 0:
            state[ELEMENT_DEPTH], state[START], state[TARGET] = depth, p, target[node]
        inside = state[ELEMENT_DEPTH] >= 0
        if c in (123, 91):
            types[depth] = c
            nodes[depth] = -1 if inside else node
            indices[depth] = 0
            state[DEPTH] = depth + 1
            state[MODE] = KEY0 if c == 123 else FIRST
            state[NODE] = -1
            if c == 91 and not inside and node >= 0:
                state[NODE] = listed[node]
                if listed[node] >= 0 and target[listed[node]] >= 0:
                    n = state[SPANS]
                    spans[n, 0], spans[n, 1] = state[COPY_FROM], p + 1
                    state[SPANS] = n + 1
                    state[COPIED] += p + 1 - state[COPY_FROM]
                    state[COPY_FROM] = -1
        else:
            state[MODE] = STRING if c == 34 else BARE
        p += 1 if c != 45 and not 48 <= c <= 57 else 0
    return p, MORE
