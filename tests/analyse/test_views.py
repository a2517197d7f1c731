from datetime import timedelta

from fanal.analyse.views import figures_from_lake, identities, leads
from fanal.lake.snapshot import read_current

from .conftest import DAY


def test_each_identity_is_printed_as_the_contract_says(world):
    world.account("kx:12")
    world.account("kx:13")
    for account in ("kx:12", "kx:13"):
        world.uses(account, email="a@example.org")
    world.row("share", account="kx:13", media="kx:m1", action="upload")
    world.graded("kx:m1")
    world.origin("kx:12", "BE", probability=0.93)
    world.run()
    assert list(identities(read_current(world.root))) == [
        {
            "identity": world.identity_of("kx:12"),
            "accounts": ["kx:12", "kx:13"],
            "identifiers": [{"kind": "email", "norm": "a@example.org"}],
            "countries": [{"country": "BE", "probability": 0.93}],
            "undetermined": False,
            "roles": ["uploader"],
            "rank": 1,
            "meets_threshold": True,
        }
    ]


def test_every_account_is_printed_once_in_rank_order(world):
    for n in range(20):
        world.account(f"kx:{n}")
        world.uses(f"kx:{n}", email=f"m{n % 7}@example.org")
    world.run()
    printed = list(identities(read_current(world.root)))
    assert sorted(a for i in printed for a in i["accounts"]) == sorted(f"kx:{n}" for n in range(20))
    assert [i["rank"] for i in printed] == list(range(1, len(printed) + 1))


def test_an_identity_of_which_nothing_is_known_is_undetermined(world):
    world.account("kx:1")
    world.run()
    (printed,) = identities(read_current(world.root))
    assert (printed["countries"], printed["undetermined"], printed["roles"]) == ([], True, [])


def test_identities_of_one_country_leave_the_others_out(world):
    world.account("kx:1")
    world.account("kx:2")
    world.origin("kx:1", "BE")
    world.origin("kx:2", "FR")
    world.run()
    assert [i["accounts"] for i in identities(read_current(world.root), "FR")] == [["kx:2"]]


def test_the_figures_count_what_the_contract_counts(world):
    world.account("kx:1")
    world.account("ex:1")
    world.row("message", account="wa:1", kind="text", body="message 1")
    world.row("message", account="wa:1", kind="system", body="message 2")
    for n, mime in enumerate(("video/mp4", "video/mp4", "image/png")):
        world.row("media", media=f"kx:m{n}", mime=mime, duration_s=5400.0)
        world.row("share", account="kx:1", media=f"kx:m{n}", action="upload", at=DAY + timedelta(hours=2 * n))
    world.login("kx:1", "192.0.2.1")
    world.row("payment", account="kx:1", amount=5.0)
    world.run()
    assert figures_from_lake(read_current(world.root)) == {
        "accounts": 3,
        "identities": 3,
        "videos": 2,
        "video_hours": 3.0,
        "videos_per_hour": 0.5,
        "logins": 1,
        "payments": 1,
        "messages": 1,
        "rejects": 0,
    }


def test_an_empty_lake_has_figures_too(world):
    world.run()
    assert set(figures_from_lake(read_current(world.root)).values()) == {0}


def test_leads_come_with_the_rank_of_their_identity(world):
    world.account("kx:1")
    world.row("share", account="kx:1", media="kx:m1", action="upload")
    world.graded("kx:m1")
    world.login("kx:1", "192.0.2.1")
    world.origin("kx:1", "BE")
    world.run()
    assert [(lead["kind"], lead["rank"]) for lead in leads(read_current(world.root))] == [("address", 1)]
