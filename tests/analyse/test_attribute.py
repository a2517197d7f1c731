"""The step `attribute` on identities made by hand."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from fanal.analyse import origin
from fanal.analyse.attribute import Attribute
from fanal.analyse.normalise import Normalise
from fanal.base.language import speaking
from fanal.engine.duck import Duck
from fanal.model.inputs import Inputs
from fanal.model.tables import BY_NAME, EXAMPLES_PER_FINDING

KNOWN = {**{name: table.schema for name, table in BY_NAME.items()}, **Normalise.writes}

KNOWN["identity_account"] = pa.schema([("identity", pa.string()), ("account", pa.string()), ("account_id", pa.int64())])
IPS = ["BE", "FR", "VPN", None]


class People:
    """Identities with their evidence; the tables of `normalise` are written by hand."""

    def __init__(self, engine: Duck) -> None:
        self.engine = engine
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.obs = 1 << 40
        for n, country in enumerate(IPS):
            vpn = country == "VPN"
            self.add(
                "address", ip_id=n, ip=f"192.0.2.{n}", family=4, number=n, country="NL" if vpn else country,
                anonymiser="vpn" if vpn else None,
            )  # fmt: skip

    def add(self, table: str, **values: Any) -> int:
        self.obs += 1
        self.rows.setdefault(table, []).append({"obs": self.obs, **values})
        return self.obs

    def identity(self, identity: str, **stated: Any) -> int:
        """One identity with one account that states these things; its number."""
        n = len(self.rows.get("identity", []))
        self.add("identity", identity=identity)
        self.account(identity, n, **stated)
        return n

    def account(self, identity: str, n: int, **stated: Any) -> None:
        self.add("identity_account", identity=identity, account=f"kx:{n}", account_id=n)
        self.add("account", account=f"kx:{n}", **{"name_source": "self", **stated})

    def uses(self, n: int, kind: str, norm: str, value: str | None = None, context: str | None = None) -> int:
        value_id = len(self.rows.get("value_key", []))
        self.add("value_key", value_id=value_id, kind=kind, norm=norm, links=context is None, context=context)
        obs = self.add("identifier", account=f"kx:{n}", kind=kind, value=value or norm, norm=norm)
        self.rows.setdefault("account_value", []).append({"account_id": n, "value_id": value_id, "obs": obs, "n": 1})
        return obs

    def days(self, n: int, place: str, days: int, hours: int = 1 << 12, start: int = 0) -> None:
        for day in range(days):
            when = date(2023, 1, 1) + timedelta(days=start + day)
            self.add(
                "login_day", account_id=n, ip_id=IPS.index(place), day=when, hour_mask=hours, n=1,
                anonymiser="vpn" if place == "VPN" else None,
            )  # fmt: skip

    def run(self) -> dict[str, int | str]:
        for name in Attribute.reads:
            rows = [{k: v for k, v in row.items() if k in KNOWN[name].names} for row in self.rows.get(name, [])]
            self.engine.bind(name, pa.Table.from_pylist(rows, KNOWN[name]))
        account = Attribute().run(self.engine, Inputs())
        for name, schema in Attribute.writes.items():
            self.engine.rows(f'SELECT * FROM "{name}"').select(schema.names).cast(schema)
        return account

    def table(self, name: str, where: str = "TRUE") -> list[dict[str, Any]]:
        return self.engine.rows(f'SELECT * FROM "{name}" WHERE {where} ORDER BY ALL').to_pylist()

    def origin(self, identity: str = "a") -> dict[str, Any]:
        return self.table("identity_origin", f"identity = '{identity}'")[0]

    def countries(self, identity: str = "a") -> dict[str, float]:
        rows = self.table("identity_country", f"identity = '{identity}'")
        assert [row["rank"] for row in sorted(rows, key=lambda r: -r["probability"])] == list(range(1, len(rows) + 1))
        return {row["country"]: row["probability"] for row in rows}


@pytest.fixture
def people() -> Iterator[People]:
    with Duck(threads=1) as engine:
        yield People(engine)


def test_nothing_known_is_undetermined_and_says_what_would_help(people: People) -> None:
    people.identity("a")
    account = people.run()
    told = people.origin()
    assert (told["undetermined"], told["words"], told["country"], told["probability"]) == (
        True,
        "undetermined",
        None,
        0.0,
    )
    assert told["would_change"].split() == ["ask_for:home_address", "ask_for:kyc", "ask_for:phone"]
    assert people.countries() == {}
    assert people.table("attribute_finding") == []
    assert account == {
        "identities": 1,
        "undetermined": 1,
        "countries": 0,
        "almost certain": 0,
        "unlisted anonymisers": 0,
    }


@pytest.mark.parametrize(
    ("kind", "give"),
    [
        ("phone", lambda p: p.uses(0, "phone", "+32470123456")),
        ("phone_national", lambda p: p.uses(0, "phone", "+32470123456", value="BE:0470 12 34 56")),
        ("mail_country", lambda p: p.uses(0, "email", "x@post.example.be")),
        ("stated_country", lambda p: p.account("a", 5, stated_country="BE")),
        ("stated_country", lambda p: p.account("a", 5, stated_country=" Belgi\u00eb ")),
        ("kyc", lambda p: p.account("a", 5, stated_country="BE", name_source="provider")),
        ("time_zone", lambda p: p.account("a", 5, time_zone="Europe/Brussels")),
    ],
)
def test_one_vote_alone_is_as_probable_as_its_kind_is_reliable(people: People, kind: str, give: Any) -> None:
    people.identity("a")
    give(people)
    people.run()
    evidence = next(e for e in origin.EVIDENCE if e.name == kind)
    true = evidence.grades[-1] + (1 - evidence.grades[-1]) / origin.ALIKE
    moved = origin.MOVED if evidence.source == "brought" else 0.0
    # One identity weighs next to nothing against the shipped figures.
    assert people.countries()["BE"] == pytest.approx((1 - moved) * true + moved / origin.ALIKE, abs=0.01)
    assert {row["reason"] for row in people.table("attribute_support")} == {kind}


def test_a_thousand_days_of_login_are_one_vote(people: People) -> None:
    people.identity("a")
    people.days(0, "BE", 1000)
    people.identity("b")
    people.days(1, "BE", 100, start=900)
    people.run()
    assert people.countries("a")["BE"] - people.countries("b")["BE"] < 0.01
    assert people.countries("a")["BE"] < 0.98


def test_one_day_weighs_less_than_ten(people: People) -> None:
    people.identity("a")
    people.days(0, "BE", 1)
    people.identity("b")
    people.days(1, "BE", 10)
    people.run()
    assert people.countries("a")["BE"] < people.countries("b")["BE"]


def test_days_count_not_logins_nor_addresses(people: People) -> None:
    people.identity("a")
    people.days(0, "FR", 1)
    for _ in range(50):
        people.days(0, "BE", 1)
    people.run()
    assert people.countries()["BE"] == pytest.approx(people.countries()["FR"])


def test_an_anonymiser_says_nothing(people: People) -> None:
    people.identity("a")
    people.days(0, "VPN", 100)
    people.run()
    assert people.origin()["undetermined"]
    assert people.countries() == {}


def test_a_thrown_away_mailbox_says_nothing(people: People) -> None:
    people.identity("a")
    people.uses(0, "email", "x@throwaway.be", context="disposable_mail")
    people.run()
    assert people.origin()["undetermined"]


def test_a_domain_that_anyone_buys_says_nothing(people: People) -> None:
    people.identity("a")
    people.uses(0, "email", "x@example.io")
    people.run()
    assert people.countries() == {}


def test_kinds_that_agree_make_it_almost_certain(people: People) -> None:
    people.identity("a", stated_country="BE", language="nl")
    people.uses(0, "phone", "+32470123456")
    people.days(0, "BE", 30)
    people.run()
    told = people.origin()
    assert (told["words"], told["country"], told["undetermined"]) == ("almost certain", "BE", False)
    assert "rests_on" not in told["would_change"]


def test_kinds_that_contradict_leave_two_countries(people: People) -> None:
    people.identity("a", stated_country="FR")
    people.uses(0, "phone", "+32470123456")
    people.run()
    told = people.countries()
    assert told["BE"] > told["FR"] > 0.05
    finding = people.table("attribute_finding")[0]
    assert (finding["subject"], finding["value"], finding["kind"]) == ("a", "BE", "country")
    roles = {(row["reason"], row["role"]) for row in people.table("attribute_support")}
    assert roles == {("phone", "for"), ("stated_country", "against")}


def test_two_homes_are_two_countries_by_their_days(people: People) -> None:
    people.identity("a")
    for day in range(0, 100, 5):
        people.days(0, "BE", 3, start=day)
        people.days(0, "FR", 2, start=day + 3)
    people.run()
    told = people.countries()
    assert told["BE"] / told["FR"] == pytest.approx(1.5, abs=0.1)
    assert people.origin()["words"] == "possible"


def test_of_someone_who_moved_the_latest_country_stands_first(people: People) -> None:
    people.identity("a", stated_country="BE")
    people.days(0, "BE", 200)
    people.days(0, "FR", 100, start=200)
    people.run()
    told = people.countries()
    assert sorted(told, key=lambda country: -told[country]) == ["FR", "BE"]
    assert told["FR"] > 0.5


def test_a_journey_at_the_end_does_not_move_anyone(people: People) -> None:
    people.identity("a", stated_country="BE", time_zone="Europe/Brussels")
    people.days(0, "BE", 100)
    people.days(0, "FR", 5, start=100)
    people.run()
    assert people.origin()["country"] == "BE"


def test_who_was_last_seen_long_ago_may_have_moved_since(people: People) -> None:
    for n, start in enumerate((0, 1000)):
        people.identity("ab"[n], stated_country="BE")
        people.days(n, "BE", 30, start=start)
    people.run()
    assert people.countries("a")["BE"] < people.countries("b")["BE"] - 0.01


def test_a_number_of_a_shared_calling_code_names_its_country(people: People) -> None:
    people.identity("a")
    people.uses(0, "phone", "+15062345678")
    people.run()
    assert people.origin()["country"] == "CA"


def test_a_language_of_many_countries_only_helps_a_country_that_is_named(people: People) -> None:
    people.identity("a", language="es")
    people.identity("b", language="es", stated_country="PE")
    people.identity("c", stated_country="PE")
    people.identity("d", language="es-AR")
    people.run()
    assert people.countries("a") == {}
    assert people.countries("b")["PE"] > people.countries("c")["PE"]
    assert people.origin("d")["country"] == "AR"


def test_quiet_hours_support_a_country_on_that_side_of_the_globe(people: People) -> None:
    awake_in_peru = sum(1 << h % 24 for h in range(12, 29))
    for identity, country in (("a", "PE"), ("b", "IN"), ("c", "PE")):
        n = people.identity(identity, stated_country=country)
        if identity != "c":
            people.days(n, "VPN", 20, hours=awake_in_peru)
    people.run()
    assert people.countries("a")["PE"] > people.countries("c")["PE"]
    assert people.countries("b")["IN"] == pytest.approx(people.countries("c")["PE"], abs=0.002)


def test_someone_awake_all_round_the_clock_has_no_night(people: People) -> None:
    people.identity("a", stated_country="PE")
    people.days(0, "VPN", 20, hours=(1 << 24) - 1)
    people.identity("b", stated_country="PE")
    people.run()
    assert people.countries("a")["PE"] == pytest.approx(people.countries("b")["PE"])


def test_it_says_what_its_answer_rests_on_and_what_could_turn_it(people: People) -> None:
    people.identity("a")
    people.uses(0, "phone", "+32470123456")
    people.run()
    codes = people.origin()["would_change"].split()
    assert codes == ["rests_on:phone", "open_to:home_address", "open_to:kyc"]
    with speaking("en"):
        assert origin.say("rests_on:phone") == "It rests on: A telephone number of this country."


def test_a_finding_holds_few_examples_and_names_the_query_for_all(people: People) -> None:
    people.identity("a", stated_country="BE", language="nl", time_zone="Europe/Brussels")
    for n in range(40):
        people.uses(0, "phone", f"+324701234{n:02}")
        people.account("a", 10 + n, stated_country="BE")
    people.days(0, "BE", 30)
    people.run()
    finding = people.table("attribute_finding")[0]
    assert finding["query"] == "attribute.country_rows"
    assert 0 < len(people.table("attribute_support")) <= EXAMPLES_PER_FINDING
    assert {row["finding"] for row in people.table("attribute_support")} == {finding["finding"]}


def test_every_support_is_an_observation(people: People) -> None:
    people.identity("a", stated_country="FR", language="fr")
    people.uses(0, "phone", "+32470123456")
    people.days(0, "BE", 5)
    people.run()
    known = {row["obs"] for rows in people.rows.values() for row in rows}
    assert {row["obs"] for row in people.table("attribute_support")} <= known


def test_the_same_rows_make_the_same_findings(people: People) -> None:
    people.identity("a", stated_country="BE")
    people.run()
    first = people.table("attribute_finding")
    people.run()
    assert people.table("attribute_finding") == first


def test_every_kind_of_evidence_has_words_and_a_reason() -> None:
    assert len({e.name for e in origin.EVIDENCE}) == len(origin.EVIDENCE)
    assert all(e.text.endswith(".") and e.why and min(e.grades) > 0 and max(e.grades) < 1 for e in origin.EVIDENCE)
