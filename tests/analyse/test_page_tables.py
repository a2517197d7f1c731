"""Pages are made of tables beside a snapshot; they say what the snapshot says, and a new one is seen at once."""

from fanal.analyse.lookup import accounts_in, identities_of
from fanal.analyse.page_tables import MANY, TABLES, make_all
from fanal.analyse.pages import Wanted, facets, identity_page
from fanal.analyse.views import figures_from_lake, identities
from fanal.lake.beside import place_of
from fanal.lake.snapshot import read_current

STEPS = ("resolve", "roles", "threshold", "rank")


def ranked(world):
    for n in range(1, 7):
        world.account(f"kx:{n}")
        world.uses(f"kx:{n}", email=f"m{n // 2}@example.org")
        world.row("share", account=f"kx:{n}", media=f"kx:m{n}", action="upload" if n > 4 else "view")
        world.origin(f"kx:{n}", "BE" if n > 3 else "FR")
    world.run(steps=None)
    return read_current(world.root)


def test_a_page_has_the_rows_that_the_whole_list_has(world):
    snapshot = ranked(world)
    everyone = list(identities(snapshot, why=True))
    assert len(everyone) == 4
    assert identity_page(snapshot, Wanted(), 0, 2) == everyone[:2]
    assert identity_page(snapshot, Wanted(), 2, 9) == everyone[2:]
    belgian = list(identities(snapshot, "BE", why=True))
    assert identity_page(snapshot, Wanted(country="BE"), 0, 9) == belgian
    role = everyone[0]["roles"][0]
    assert identity_page(snapshot, Wanted(role=role), 0, 9) == [row for row in everyone if role in row["roles"]]
    named = next(row for row in everyone if "kx:3" in row["accounts"])
    assert identity_page(snapshot, Wanted(identity=named["identity"]), 0, 1) == [named]
    assert identity_page(snapshot, Wanted(text="M1@Example"), 0, 9) == [named]
    assert facets(snapshot) == (["BE", "FR"], sorted({role for row in everyone for role in row["roles"]}))


def test_what_a_new_snapshot_says_is_seen_at_once(world):
    before = ranked(world)
    assert figures_from_lake(before)["accounts"] == 6
    world.account("kx:9")
    world.uses("kx:9", email="m3@example.org")
    world.run(steps=None)
    after = read_current(world.root)
    assert figures_from_lake(after)["accounts"] == 7
    assert identities_of(after, ["kx:9"])["kx:9"] == identities_of(after, ["kx:6"])["kx:6"]
    assert "kx:9" in accounts_in(after, identities_of(after, ["kx:6"])["kx:6"])
    assert identities_of(before, ["kx:9"]) == {}


def test_a_lake_that_is_made_anew_is_another_though_its_snapshot_has_the_same_number(world, tmp_path):
    first = ranked(world)
    assert figures_from_lake(first)["accounts"] == 6
    (tmp_path / "aside").mkdir()
    world.root.rename(tmp_path / "aside" / "lake")
    world.account("kx:9")
    world.run(steps=None)
    assert read_current(world.root).number == first.number
    assert figures_from_lake(read_current(world.root))["accounts"] == 7


def test_a_small_lake_gets_its_tables_when_they_are_asked_for_and_old_ones_go(world):
    first = ranked(world)
    assert len(list(identities(first))) < MANY
    identity_page(first, Wanted(), 0, 2)
    kept = {table.name: place_of(first, table) for table in TABLES}
    assert kept["page_line"].exists()
    world.account("kx:9")
    world.run(steps=None)
    second = read_current(world.root)
    make_all(second, second)
    assert not kept["page_line"].exists()
    assert not place_of(second, TABLES[3]).exists()
