import pytest
from django.db import transaction

from fanal.cases.models import Listed, Outbox
from fanal.cases.outbox import held, held_back, record, repeats, write_held
from fanal.work.log import sequence


def reads(operation):
    return list(Outbox.objects.filter(verb="person.read", subject=operation.slug).order_by("pk"))


def broken(first, operation):
    with held_back():
        record(first, "person.read", operation.slug, identity="i1")
        raise ValueError("the page")


@transaction.atomic
def undone():
    write_held()
    raise ValueError("undone")


def test_what_a_page_read_is_written_together_when_the_page_is_made(first, operation):
    with held_back():
        for identity in ("i1", "i2"):
            record(first, "person.read", operation.slug, identity=identity)
        assert reads(operation) == []
        assert [row.about for row in held()] == ["i1", "i2"]
    assert [row.about for row in reads(operation)] == ["i1", "i2"]
    assert held() == []


def test_what_a_page_read_stands_on_the_record_where_the_page_ends_in_an_error(first, operation):
    with pytest.raises(ValueError, match="the page"):
        broken(first, operation)
    assert [row.about for row in reads(operation)] == ["i1"]


def test_what_was_held_is_in_the_log_once_when_it_is_sequenced(node, first, operation):
    sequence(first, node)
    with held_back():
        record(first, "person.read", operation.slug, identity="i1")
        assert sequence(first, node) == 1
    assert [row.appended for row in reads(operation)] == [True]


def test_entries_of_a_transaction_that_was_undone_are_written_after_it(first, operation):
    with held_back():
        record(first, "person.read", operation.slug, identity="i1")
        with pytest.raises(ValueError, match="undone"):
            undone()
        assert reads(operation) == []
        record(first, "person.read", operation.slug, identity="i2")
    assert [row.about for row in reads(operation)] == ["i1", "i2"]


def test_an_entry_is_found_by_each_identity_of_its_list_and_says_so_where_one_is_gone(first, operation):
    record(first, "person.read", operation.slug, identities=["i1", "i2"])
    (row,) = reads(operation)
    assert [one.identity for one in row.listed.order_by("pk")] == ["i1", "i2"]
    assert repeats(row)
    Listed.objects.filter(identity="i2").delete()
    assert not repeats(row)
