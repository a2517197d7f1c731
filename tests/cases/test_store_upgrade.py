"""A case store that an earlier version made is brought up to date when its node is opened, and keeps its rows."""

from django.core.management import call_command
from django.db import connection

from fanal.cases import store, terms
from fanal.cases.decisions import decide, naming
from fanal.cases.models import Agency, Listed, Outbox, Tip
from fanal.cases.models.audit import columns_of
from fanal.cases.models.sources import place_of
from fanal.cases.node import load_node
from fanal.cases.outbox import record


def columns(table):
    with connection.cursor() as cursor:
        return {column.name for column in connection.introspection.get_table_description(cursor, table)}


def test_opening_a_node_migrates_its_store_and_keeps_its_tips(node, operation):
    call_command("migrate", "cases", "0002", verbosity=0)
    assert "part" not in columns("cases_tip")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_exhibitindex (id, number, sha256, name, reader, added_at, operation_id) "
            "VALUES (1, 1, 'a', 'tip.eml', 'eml', '2020-10-06', %s)",
            [operation.pk],
        )
        cursor.execute(
            "INSERT INTO cases_tip (id, received_at, message_id, status, exhibit_id, operation_id) "
            "VALUES (1, '2020-10-06', '<1@example.org>', 'new', 1, %s)",
            [operation.pk],
        )
    load_node(node.folder)
    tip = Tip.objects.get()
    assert (tip.part, tip.message_id, tip.child_at_risk, tip.risk_words) == ("", "<1@example.org>", None, [])
    assert (tip.stage, tip.place) == ("waiting", place_of("waiting", tip.received_at))


def test_a_basis_and_purpose_noted_on_a_pin_become_terms_of_its_agency(node, first):
    call_command("migrate", "cases", "0003", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM cases_officer WHERE service_number = '1'")
        (officer,) = cursor.fetchone()
        cursor.execute("INSERT INTO cases_agency (id, name, country) VALUES (77, 'Unit malta', 'MT')")
        for key, basis in ((1, "adequacy: decision 9"), (2, "treaty of 1999")):
            cursor.execute(
                "INSERT INTO cases_peer (node, signing_key, recipient, fingerprint, language, pinned_at, agency_id, "
                "pinned_by_id, transfer_basis, purpose) "
                "VALUES ('n', %s, 'r', 'f', 'en', '2026-01-02', 77, %s, %s, 'p')",
                [f"key {key}", officer, basis],
            )
    load_node(node.folder)
    standing = terms.standing(Agency.objects.get(pk=77))
    assert (standing.basis.value, standing.basis.text) == ("derogation", "treaty of 1999")
    assert (standing.basis.supersedes.value, standing.purpose.text) == ("adequacy", "p")
    assert standing.lacking() == ["ill_treatment"]


def test_a_store_that_is_up_to_date_is_left_alone(node, monkeypatch):
    called = []
    monkeypatch.setattr(store, "migrate", lambda: called.append(1))
    store.bring_up_to_date(node.folder)
    assert called == []


def test_entries_and_decisions_of_an_earlier_version_are_found_by_what_they_are_about(node, first, operation):
    record(first, "person.read", operation.slug, kind="history", identity="i1")
    record(first, "person.read", operation.slug, snapshot=3, identities=["i2", "i3"])
    made = decide(first, operation, "pair", "kx:1,kx:2", "same", "reason", account_a="kx:1", account_b="kx:2")
    call_command("migrate", "cases", "0013", verbosity=0)
    assert "about" not in columns("cases_outbox")
    load_node(node.folder)
    assert [row.content["facts"]["kind"] for row in Outbox.objects.filter(verb="person.read", about="i1")] == [
        "history"
    ]
    assert Outbox.objects.filter(verb="person.read", subject=operation.slug).count() == 2
    listed = Listed.objects.order_by("pk").values_list("identity", "entry__content__facts__snapshot")
    assert list(listed) == [("i2", 3), ("i3", 3)]
    assert all(
        (row.officer, row.verb, row.subject, row.about) == columns_of(row.content) for row in Outbox.objects.all()
    )
    assert [list(naming(operation, [account])) for account in ("kx:1", "kx:2", "kx:3")] == [[made], [made], []]
