"""Two nodes find what they have in common, and learn no more of each other than they may."""

from datetime import timedelta
from pathlib import Path

import pytest
from deconflict_case import OP, PURPOSE, UNDER, Pair, build, operation
from whole_case import TERMS

from fanal.base import instants
from fanal.base.digests import sha256_file
from fanal.cases.models.audit import Outbox
from fanal.cases.models.deconflictions import Deconfliction, DeconflictionEntry
from fanal.cases.models.exchange import Package, Peer
from fanal.cases.models.offices import Grant, Officer, Operation
from fanal.cases.session import acting_as, node_keys
from fanal.evidence.register import Register
from fanal.exchange import psi
from fanal.exchange.deconflict import Message, Part, write_message
from fanal.exchange.heading import Heading, read_heading
from fanal.exchange.seal import seal
from fanal.work.deconflict_sweep import sweep_secrets

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return build(tmp_path_factory.mktemp("deconflict") / "pair")


@pytest.fixture
def pair(built: Pair, tmp_path: Path) -> Pair:
    return built.copy(tmp_path / "pair")


@pytest.fixture(scope="module")
def with_second(built: Pair, tmp_path_factory: pytest.TempPathFactory) -> tuple[Pair, str]:
    """The nodes once the holder has a second operation, and what the command said that ran it."""
    pair = built.copy(tmp_path_factory.mktemp("second") / "pair")
    return pair, operation(pair, "holder", "second", ("shared1@one.example", "x@one.example"))


@pytest.fixture
def two(with_second: tuple[Pair, str], tmp_path: Path) -> Pair:
    return with_second[0].copy(tmp_path / "two")


@pytest.fixture(scope="module")
def asked(built: Pair, tmp_path_factory: pytest.TempPathFactory) -> tuple[Pair, Path]:
    """The nodes once a query about mailboxes has been sealed, and the query."""
    pair = built.copy(tmp_path_factory.mktemp("asked") / "pair")
    return pair, pair.query(pair.offer())


def again(asked: tuple[Pair, Path], tmp_path: Path) -> tuple[Pair, Path]:
    pair, query = asked
    return pair.copy(tmp_path / "pair"), query


def counts(found: dict) -> dict[str, tuple[int, int]]:
    return {row["kind"]: (row["asked"], row["hits"]) for row in found["kinds"]}


def protect(pair: Pair, node: str, mail: str) -> None:
    pair.do(node, "protect", "email", mail, "--reference", "V1", "--reason", "groomed", *OP[node])


def test_who_asks_learns_kind_count_and_whom_to_call_and_the_other_side_what_it_is_told(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    pair.caps("holder", office='"Desk 3, +31 20 0000000"')
    response = pair.answer(query)
    found = pair.result("asker", response)
    assert counts(found) == {"email": (3, 2)}
    assert found["office"] == "Desk 3, +31 20 0000000"
    lines = pair.do("asker", "identities", "--format", "jsonl").lines
    own = {line["identity"] for line in lines for i in line["identifiers"] if i["norm"].startswith("shared")}
    assert set(found["kinds"][0]["identities"]) == own
    assert len(own) == 2
    assert pair.log("holder") == [("offered", "email", 4), ("answered", "email", 3)]
    result = pair.approve("asker", found["name"])
    learned = pair.result("holder", result)
    assert counts(learned) == {"email": (3, 2)}
    assert learned["office"] == "Unit asker"
    assert learned["kinds"][0]["identities"] is None
    assert pair.log("asker") == [("asked", "email", 3), ("told", "email", 3)]
    assert pair.log("holder") == [("offered", "email", 4), ("answered", "email", 3), ("learned", "email", 3)]


def test_no_file_holds_a_value(asked):
    pair, _ = asked
    bags = [*pair.path("holder").rglob("deconflict/D*"), *pair.path("asker").rglob("deconflict/D*")]
    held = [path.read_bytes() for bag in bags for path in bag.rglob("*") if path.is_file()]
    assert len(held) > 8
    assert not [data for data in held if b"one.example" in data]
    kept = [path.read_bytes() for path in pair.folder.rglob("*.kept")]
    assert len(kept) == 2
    assert all(data.startswith(b"age-encryption.org") for data in kept)


def test_the_audit_logs_of_both_sides_hold_every_step(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    pair.result("asker", pair.answer(query))
    verbs = {}
    for node in ("holder", "asker"):
        pair.node(node)
        verbs[node] = [row.content["verb"] for row in Outbox.objects.filter(content__verb__startswith="deconflict")]
        assert pair.do(node, "audit", "verify", "--format", "json").json["holds"]
    approve = "deconflict.approve"
    assert verbs["holder"] == ["deconflict.offer", approve, "deconflict.read", "deconflict.answer", approve]
    taken = ["deconflict.read", "deconflict.query", approve, "deconflict.read", "deconflict.result"]
    assert verbs["asker"] == [*taken, "deconflict.result"]


def test_own_identities_show_to_the_officer_who_asked_alone(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    response = pair.answer(query)
    other = pair.result("asker", response, "--as", "2")
    assert counts(other) == {"email": (3, 2)}
    assert other["kinds"][0]["identities"] is None
    mine = pair.do("asker", "deconflict", "hits", other["name"], "--format", "json").json
    assert len(mine["kinds"][0]["identities"]) == 2


def test_one_officer_alone_lets_nothing_leave(pair):
    name = pair.build("holder", "offer", "BE", *PURPOSE)
    assert pair.refused("holder", "deconflict", "approve", name) == "F-DEC-12"
    assert list(pair.folder.rglob("*.fanal-offer")) == []


def test_what_changed_since_it_was_built_is_not_approved(pair):
    name = pair.build("holder", "offer", "BE", *PURPOSE)
    protect(pair, "holder", "a@one.example")
    assert pair.refused("holder", "--as", "2", "deconflict", "approve", name) == "F-PKG-19"


def test_an_offer_is_blinded_once_for_the_same_values(pair, monkeypatch):
    pair.offer()
    monkeypatch.setattr(psi, "offer", None)
    pair.offer()


def test_one_offer_serves_several_queries(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    offer = next(iter(pair.folder.rglob("*.fanal-offer")))
    second = pair.query(offer, "--kind", "email")
    assert second.name == "unit-NL-2.fanal-query"
    for file in (query, second):
        assert counts(pair.result("asker", pair.answer(file))) == {"email": (3, 2)}


def test_a_protected_value_of_the_holder_is_never_hit(pair):
    protect(pair, "holder", "shared1@one.example")
    found = pair.result("asker", pair.answer(pair.query(pair.offer())))
    assert counts(found) == {"email": (3, 1)}


def test_a_protected_value_of_the_asker_is_never_asked_about(pair):
    protect(pair, "asker", "shared1@one.example")
    found = pair.result("asker", pair.answer(pair.query(pair.offer())))
    assert counts(found) == {"email": (2, 1)}


def test_a_value_protected_after_the_offer_voids_it(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    protect(pair, "holder", "shared1@one.example")
    assert pair.refused("holder", "deconflict", "answer", query) == "F-DEC-11"


def test_a_value_protected_after_the_query_is_no_hit(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    response = pair.answer(query)
    protect(pair, "asker", "shared1@one.example")
    assert counts(pair.result("asker", response)) == {"email": (3, 1)}


def test_an_identity_on_hold_takes_no_part(pair):
    lines = pair.do("holder", "identities", "--format", "jsonl").lines
    held = next(x["identity"] for x in lines if any(i["norm"] == "shared2@one.example" for i in x["identifiers"]))
    pair.do("holder", "decide", held, "hold", "--reason", "an inquiry is under way")
    assert counts(pair.result("asker", pair.answer(pair.query(pair.offer())))) == {"email": (3, 1)}


def test_phones_need_a_case_reference(pair):
    offer = ("deconflict", "offer", "BE", *PURPOSE, "--kind", "phone")
    assert pair.refused("holder", *offer) == "F-DEC-02"
    assert pair.refused("holder", *offer, "--reference", " ") == "F-DEC-02"


def test_the_second_officer_repeats_the_case_reference_for_phones(pair):
    name = pair.build("holder", "offer", "BE", *PURPOSE, "--kind", "phone", *UNDER)
    assert pair.refused("holder", "--as", "2", "deconflict", "approve", name) == "F-DEC-14"
    assert pair.refused("holder", "--as", "2", "deconflict", "approve", name, "--reference", "case 1") == "F-DEC-14"
    pair.approve("holder", name, *UNDER)


def test_phones_are_compared_under_a_case_reference(pair):
    strict = ("--kind", "phone", *UNDER)
    offer = pair.offer(*strict)
    ask = ("deconflict", "query", offer, *PURPOSE, "--kind", "phone")
    assert pair.refused("asker", *ask) == "F-DEC-02"
    assert pair.refused("asker", *ask, "--reference", "case 13") == "F-DEC-17"
    response = pair.answer(pair.query(offer, *strict), *UNDER)
    assert counts(pair.result("asker", response)) == {"phone": (2, 1)}


def test_names_and_bank_accounts_are_never_compared(pair):
    for kind in ("name", "bank_account", "national_id", "colour"):
        assert pair.refused("holder", "deconflict", "offer", "BE", *PURPOSE, "--kind", kind) == "F-DEC-01"


def test_a_comparison_states_its_purpose(pair):
    assert pair.refused("holder", "deconflict", "offer", "BE", "--purpose", " ") == "F-DEC-09"


def test_a_cap_that_is_none_is_told_when_the_node_is_opened(pair):
    pair.caps("holder", most=-1)
    assert pair.refused("holder", "deconflict", "list") == "F-NODE-02"


def test_a_query_beyond_the_askers_own_cap_is_not_built(asked, tmp_path):
    pair, _ = again(asked, tmp_path)
    offer = next(iter(pair.folder.rglob("*.fanal-offer")))
    pair.caps("asker", most=2)
    assert pair.refused("asker", "deconflict", "query", offer, *PURPOSE) == "F-DEC-06"


def test_a_query_beyond_the_holders_cap_is_refused_and_on_record(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    pair.caps("holder", most=2)
    assert pair.refused("holder", "deconflict", "answer", query) == "F-DEC-06"
    assert pair.log("holder")[-1] == ("refused", "email", 3)


def test_a_used_budget_is_used_whatever_key_the_agency_has(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    pair.caps("holder", budget=5)
    pair.answer(query)
    second = pair.query(next(iter(pair.folder.rglob("*.fanal-offer"))))
    pair.node("holder")
    peer = Peer.objects.get()
    another = (pair.path("holder") / "keys/officer-2.pub").read_text().strip()
    Peer.objects.filter(pk=peer.pk).update(node="0" * 32, signing_key=another)
    peer.pk = None
    peer.save()
    assert pair.refused("holder", "deconflict", "answer", second) == "F-DEC-07"
    assert pair.log("holder")[-1] == ("refused", "email", 3)


def test_what_is_answered_is_answered_once(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    pair.answer(query)
    assert pair.refused("holder", "deconflict", "answer", query) == "F-PKG-21"
    assert pair.log("holder").count(("answered", "email", 3)) == 1


def test_an_answer_that_nobody_approved_is_built_again(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    first = pair.build("holder", "answer", query)
    assert pair.build("holder", "answer", query) != first
    assert [row["state"] for row in pair.do("holder", "deconflict", "list", "--format", "json").json] == [
        "sealed",
        "opened",
        "built",
    ]


def test_a_changed_byte_is_refused_and_leaves_nothing(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    data = bytearray(query.read_bytes())
    before = {path: sha256_file(path) for path in (pair.path("holder") / "packages").rglob("*") if path.is_file()}
    for place in (30, len(data) // 2, len(data) - 1):
        changed = tmp_path / f"{place}.fanal-query"
        changed.write_bytes(bytes([*data[:place], data[place] ^ 1, *data[place + 1 :]]))
        assert pair.refused("holder", "deconflict", "answer", changed).startswith("F-PKG-")
    after = {path: sha256_file(path) for path in (pair.path("holder") / "packages").rglob("*") if path.is_file()}
    assert after == before
    pair.node("holder")
    assert Deconfliction.objects.filter(direction="in").count() == 0


def test_a_revoked_peer_is_refused_and_nothing_is_sealed_to_it(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    name = pair.build("holder", "offer", "BE", *PURPOSE)
    pair.node("holder")
    Peer.objects.update(revoked_at="2026-01-01T00:00:00Z")
    assert pair.refused("holder", "deconflict", "answer", query) == "F-PKG-07"
    assert pair.refused("holder", "--as", "2", "deconflict", "approve", name) == "F-DEC-15"
    assert pair.refused("holder", "deconflict", "offer", "BE", *PURPOSE) == "F-DEC-05"


def test_a_file_of_another_step_is_refused(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    assert pair.refused("holder", "deconflict", "result", query) == "F-PKG-12"
    assert pair.refused("holder", "receive", query) == "F-PKG-12"


def test_a_file_for_the_other_node_does_not_open(asked):
    pair, query = asked
    assert pair.refused("asker", "deconflict", "answer", query) == "F-PKG-02"


def forged(pair: Pair, step: str, number: int, parts: list[Part], **told: str) -> Path:
    """A file that the asking node seals with its own key, whatever it says."""
    node = pair.node("asker")
    keys = node_keys(node, acting_as(node, "1"))
    true = read_heading(next(iter(pair.path("asker").rglob("deconflict/D*/data"))).parent, "query", "query")
    heading = Heading(step, true.sender, true.recipient, "unit", number, true.made_at)
    folder = pair.path(f"forged-{step}-{number}")
    digest = write_message(folder, Message(heading, parts, **told))
    return seal(folder, heading, keys.signing, pair.path(f"{step}-{number}"), digest).path


def test_a_query_to_what_was_never_offered_is_refused(asked, tmp_path):
    pair, _ = again(asked, tmp_path)
    part = Part("email", 1, None, psi.ask(["email:a@one.example"]).request)
    file = forged(pair, "query", 7, [part], purpose="p", replies_to="0" * 64)
    assert pair.refused("holder", "deconflict", "answer", file) == "F-DEC-08"


def test_a_query_that_lies_about_its_size_is_refused(asked, tmp_path):
    pair, _ = again(asked, tmp_path)
    pair.node("holder")
    offer = Deconfliction.objects.get(step="offer", direction="out").digest
    blob = psi.ask(["email:a@one.example", "email:b@one.example"]).request
    file = forged(pair, "query", 8, [Part("email", 1, None, blob)], purpose="p", replies_to=offer)
    assert pair.refused("holder", "deconflict", "answer", file) == "F-PKG-18"


def test_phones_asked_about_under_another_case_are_not_answered(pair):
    pair.query(pair.offer("--kind", "phone", *UNDER), "--kind", "phone", *UNDER)
    pair.node("holder")
    offer = Deconfliction.objects.get(step="offer", direction="out").digest
    part = Part("phone", 1, None, psi.ask(["phone:+32470000012"]).request)
    for number, reference, code in ((7, "", "F-DEC-02"), (8, "case 13", "F-DEC-17")):
        file = forged(pair, "query", number, [part], purpose="p", reference=reference, replies_to=offer)
        assert pair.refused("holder", "deconflict", "answer", file) == code


def test_phones_smuggled_into_a_query_about_mailboxes_hit_nothing(pair):
    offer = pair.offer("--kind", "email", "--kind", "phone", *UNDER)
    pair.query(offer, "--kind", "email", *UNDER)
    pair.node("holder")
    row = Deconfliction.objects.get(step="offer", direction="out")
    setups = {kind: (pair.path("holder") / row.folder / f"data/{kind}.psi").read_bytes() for kind in row.parts}
    smuggled = psi.ask(["phone:+32470000012"])
    file = forged(pair, "query", 9, [Part("email", 1, None, smuggled.request)], purpose="p", replies_to=row.digest)
    name = pair.build("holder", "answer", file)
    pair.node("holder")
    answer = Deconfliction.objects.get(step="response")
    assert str(answer) == name
    blob = (pair.path("holder") / answer.folder / "data/email.psi").read_bytes()
    assert [psi.hits(smuggled.key, 1, setup, blob) for setup in setups.values()] == [[], []]


def test_the_log_cannot_be_rewritten(asked):
    pair, _ = asked
    pair.node("holder")
    entry = DeconflictionEntry.objects.first()
    with pytest.raises(Exception, match="append-only"):
        DeconflictionEntry.objects.filter(pk=entry.pk).update(size=0)
    with pytest.raises(Exception, match="append-only"):
        DeconflictionEntry.objects.filter(pk=entry.pk).delete()


def test_an_analyst_builds_and_approves_nothing_but_reads_the_log(pair):
    pair.do("holder", "officer", "add", "7", "--role", "analyst")
    assert pair.refused("holder", "--as", "7", "deconflict", "offer", "BE", *PURPOSE) == "F-MAY-01"
    assert pair.do("holder", "--as", "7", "deconflict", "log", "--format", "json").json == []


def test_what_was_received_under_h2_is_not_passed_on_and_stays_in_the_node(two):
    node = two.node("holder")
    exhibit = Register(node.evidence).exhibits("lamp")[0]
    Package.objects.create(
        operation=Operation.objects.get(slug="lamp"),
        peer=Peer.objects.get(),
        direction="in",
        country="NL",
        number=1,
        state="opened",
        sender_operation="x",
        folder="packages/received/x",
        digest="0" * 64,
        basis={"handling": [{"code": "H2", "text": ""}]},
        built_by=Officer.objects.first(),
        built_at="2026-01-01T00:00:00Z",
        file_sha256=exhibit.sha256,
    )
    assert two.refused("holder", "deconflict", "offer", "BE", *PURPOSE, *OP["holder"]) == "F-DEC-10"
    (row,) = two.do("holder", "deconflict", "own", "--format", "json").json
    assert row["values"] == 1


def test_operations_of_one_node_find_what_they_have_in_common(with_second):
    pair, said = with_second
    assert "In common with operation lamp, email: 1; call officers 1" in said
    (row,) = pair.do("holder", "deconflict", "own", "--format", "json").json
    assert (row["operation"], row["other"], row["kind"], row["values"]) == ("lamp", "second", "email", 1)
    assert len(row["identities"]) == 1


def test_an_officer_of_one_operation_learns_how_many_and_whom_to_call(two):
    two.do("holder", "officer", "add", "8", "--role", "analyst")
    two.node("holder")
    Grant.objects.filter(officer__service_number="8").update(operation=Operation.objects.get(slug="second"))
    (row,) = two.do("holder", "--as", "8", "deconflict", "own", "--format", "json").json
    assert (row["operation"], row["other"], row["values"], row["identities"]) == ("second", "lamp", 1, None)
    assert row["call"] == ["1"]
    Grant.objects.filter(officer__service_number="8").update(operation=None, role="auditor")
    assert two.refused("holder", "--as", "8", "deconflict", "own") == "F-MAY-01"


def test_what_one_operation_protects_is_in_common_with_none(two):
    protect(two, "holder", "shared1@one.example")
    assert two.do("holder", "deconflict", "own", "--format", "json").json == []


def test_an_agency_with_new_keys_after_a_loss_is_the_same_one_with_the_same_budget(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    pair.answer(query)
    old = pair.do("holder", "peer", "list", "--format", "jsonl").lines[0]["node"]
    (pair.path("asker") / "keys/signing").write_bytes(b"damaged")
    settings = pair.path("asker") / "fanal.toml"
    settings.write_text(settings.read_text().replace("Unit asker", "Unit renamed"))
    pair.do("asker", "keys", "rotate", "--lost", "--reason", "disk")
    pair.do("asker", "peer", "card", pair.path("new.card"))
    pair.do("holder", "peer", "revoke", old[:12], "--reason", "lost", "--note", "they called")
    pair.do("holder", "peer", "add", pair.path("new.card"), "--replaces", old[:12])
    pair.do("holder", "peer", "assess", "Unit renamed", *TERMS)
    offer = pair.offer()
    assert offer.name == "lamp-BE-2.fanal-offer"
    query = pair.query(offer)
    assert counts(pair.result("asker", pair.answer(query))) == {"email": (3, 2)}
    pair.caps("holder", budget=8)
    assert pair.refused("holder", "deconflict", "answer", pair.query(pair.offer())) == "F-DEC-07"


def test_keys_are_deleted_after_their_time_and_replies_then_refused(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    response = pair.answer(query)
    later = {}
    for name, slug in (("holder", "lamp"), ("asker", "unit")):
        node = pair.node(name)
        operation_of = Operation.objects.get(slug=slug)
        officer = acting_as(node, "1")
        assert sweep_secrets(officer, node, operation_of) == []
        later[name] = sweep_secrets(officer, node, operation_of, instants.now() + timedelta(days=91))
        assert any("deconflict.sweep" in str(row.content) for row in Outbox.objects.all())
    assert len(later["holder"]) == 1
    assert later["asker"] == ["unit-D2"]
    assert not list(pair.path("holder").rglob("*.kept"))
    assert not list(pair.path("asker").rglob("*.kept"))
    assert pair.refused("asker", "deconflict", "result", response) == "F-DEC-18"
    assert pair.do("holder", "deconflict", "sweep", *OP["holder"], "--format", "json").json == []


def test_a_set_that_a_later_offer_uses_stays(asked, tmp_path):
    pair, _ = again(asked, tmp_path)
    pair.offer()
    node = pair.node("holder")
    first = Deconfliction.objects.filter(step="offer").order_by("pk")[0]
    Deconfliction.objects.filter(pk=first.pk).update(built_at=instants.now() - timedelta(days=100))
    assert sweep_secrets(acting_as(node, "1"), node, first.operation) == []


def test_a_query_to_an_offer_whose_key_is_gone_is_refused(asked, tmp_path):
    pair, query = again(asked, tmp_path)
    node = pair.node("holder")
    later = instants.now() + timedelta(days=91)
    assert sweep_secrets(acting_as(node, "1"), node, Operation.objects.get(slug="lamp"), later)
    assert pair.refused("holder", "deconflict", "answer", query) == "F-DEC-18"
