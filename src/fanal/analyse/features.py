"""What `resolve` compares, taken from the engine as integer arrays by account and by value."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.analyse.coherence import COMPARED_KINDS, KIND_NAMES, Features, Ints
from fanal.analyse.habits import Habits, Several, hours_of
from fanal.analyse.names import name_parts
from fanal.analyse.pairs import Uses
from fanal.engine.door import Engine

# User names of fewer letters, or that more accounts share, are nobody's own.
USERNAME_LETTERS, USERNAME_ACCOUNTS = 5, 20
# An address that more accounts log in from is a network's, a school's or a café's.
ADDRESS_ACCOUNTS = 20


def ints(table: pa.Table, column: str) -> Ints:
    """A column as int64; NULL as 0."""
    filled = pc.fill_null(table[column].combine_chunks().cast(pa.int64()), 0)
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.int64)


def load_uses(engine: Engine) -> tuple[Uses, Ints]:
    """The uses of values that several accounts share, and the value_id of each dense place."""
    rows = engine.rows("SELECT * FROM resolve_use ORDER BY value_id, account_id")
    ids, place = np.unique(ints(rows, "value_id"), return_inverse=True)
    codes = pc.fill_null(pc.index_in(rows["kind"].combine_chunks(), pa.array(KIND_NAMES)), KIND_NAMES.index("device"))
    kind = np.zeros(len(ids), dtype=np.int64)
    kind[place] = codes.to_numpy(zero_copy_only=False)
    host = np.zeros(len(ids), dtype=np.int64)
    host[place] = _interned(rows["host"].combine_chunks())
    uses = Uses(
        place.astype(np.int64),
        ints(rows, "account_id"),
        kind,
        ints(rows, "obs"),
        ints(rows, "first_day"),
        ints(rows, "last_day"),
        ints(rows, "paid"),
        host,
    )
    return uses, ids


def load_features(engine: Engine, n: int) -> Features:
    """What is known of each of n accounts; arrays by account_id."""
    profile = engine.rows("SELECT * FROM resolve_profile ORDER BY account_id")
    activity = engine.rows("SELECT * FROM resolve_activity ORDER BY account_id")
    home = engine.rows("SELECT * FROM resolve_home ORDER BY account_id")
    document = engine.rows("SELECT * FROM resolve_document ORDER BY account_id")
    handles = engine.rows("SELECT * FROM resolve_handle")
    shows = engine.rows("SELECT * FROM resolve_shows ORDER BY account_id")
    who = ints(profile, "account_id")

    def spread(at: Ints, values: Ints) -> Ints:
        column = np.zeros(n, dtype=np.int64)
        column[at] = values
        return column

    first, last = name_parts(profile["stated_name"].combine_chunks())
    active = ints(activity, "account_id")
    first_day = spread(who, ints(profile, "created_day"))
    seen = spread(active, ints(activity, "first_day"))
    first_day = np.where((first_day == 0) | ((seen > 0) & (seen < first_day)), seen, first_day)
    born = ints(profile, "born_low"), ints(profile, "born_high")
    person = np.where(ints(profile, "verified") > 0, _interned(_person(profile)), 0)
    return Features(
        born_low=spread(who, born[0]),
        born_high=spread(who, born[1]),
        country=spread(who, _interned(profile["country"].combine_chunks())),
        language=spread(who, _interned(profile["language"].combine_chunks())),
        username=spread(who, _usernames(profile["username"].combine_chunks())),
        home=spread(ints(home, "account_id"), ints(home, "home")),
        verified=spread(who, person),
        document=spread(ints(document, "account_id"), ints(document, "document")),
        name_a=spread(who, first),
        name_b=spread(who, last),
        own_name=spread(who, ints(profile, "own_name")),
        first_day=first_day,
        last_day=np.maximum(spread(active, ints(activity, "last_day")), first_day),
        shows=spread(ints(shows, "account_id"), _kinds(shows)),
        habits=_habits(engine, activity, n),
        handles=Several.of(ints(handles, "account_id"), _interned(handles["handle"].combine_chunks()), n),
    )


def _habits(engine: Engine, activity: pa.Table, n: int) -> Habits:
    hours = engine.rows("SELECT * FROM resolve_hours ORDER BY account_id, hour_mask")
    place = engine.rows("SELECT * FROM resolve_place ORDER BY account_id, ip_id")
    watched, usual = hours_of(ints(hours, "account_id"), ints(hours, "hour_mask"), ints(hours, "n"), n)
    days = np.zeros((n, 5))
    days[:, :3] = watched
    for column, name in ((3, "hidden"), (4, "seen")):
        days[ints(activity, "account_id"), column] = ints(activity, name)
    return Habits(days, usual, Several.of(ints(place, "account_id"), ints(place, "ip_id"), n))


def _kinds(shows: pa.Table) -> Ints:
    """Bits by place in KINDS."""
    bits = np.zeros(shows.num_rows, dtype=np.int64)
    for name in COMPARED_KINDS:
        bits |= ints(shows, name) << KIND_NAMES.index(name)
    return bits


def _interned(texts: pa.Array) -> Ints:
    """A number from 1 for each distinct text, 0 for NULL."""
    indices = texts.dictionary_encode().indices
    return np.asarray(pc.fill_null(pc.add(indices.cast(pa.int64()), 1), 0).to_numpy(zero_copy_only=False))


def _usernames(texts: pa.Array) -> Ints:
    codes = np.where(
        pc.fill_null(pc.utf8_length(texts), 0).to_numpy(zero_copy_only=False) >= USERNAME_LETTERS, _interned(texts), 0
    )
    return np.where(np.bincount(codes)[codes] <= USERNAME_ACCOUNTS, codes, 0) if len(codes) else codes


def _person(profile: pa.Table) -> pa.Array:
    """The verified person as text: name words in order of the alphabet, and birth year."""
    first = pc.replace_substring_regex(profile["stated_name"], pattern=" .*$", replacement="")
    last = pc.replace_substring_regex(profile["stated_name"], pattern="^.* ", replacement="")
    low, high = pc.min_element_wise(first, last), pc.max_element_wise(first, last)
    born = profile["born_low"].cast(pa.string())
    return pc.binary_join_element_wise(low, high, born, " ").combine_chunks()
