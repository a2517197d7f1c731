import pytest
from django.db import DatabaseError, connection, transaction

from fanal.cases.access import Actor, NoOfficer
from fanal.cases.decisions import NAMESPACE, NoReason, UnknownVerdict, all_standing, decide, standing, statement
from fanal.cases.models import Decision, Officer, Outbox
from fanal.cases.models.append_only import AppendOnly
from fanal.exchange import sshsig


def same(actor, operation, verdict="same", reason="one phone"):
    return decide(actor, operation, "pair", "a,b", verdict, reason, account_a="a", account_b="b")


def test_a_decision_is_signed_by_the_officer_who_made_it(first, operation):
    made = same(first, operation)
    signer = sshsig.verify(statement(made), made.signature, NAMESPACE)
    assert signer == sshsig.bare_line(Officer.objects.get(service_number="1").public_key)


def test_a_changed_reason_breaks_the_signature(first, operation):
    made = same(first, operation)
    made.reason = "another"
    with pytest.raises(sshsig.BadSignature):
        sshsig.verify(statement(made), made.signature, NAMESPACE)


def test_a_later_decision_supersedes_and_both_stay(first, second, operation):
    earlier = same(first, operation)
    later = same(second, operation, "different", "two birth years")
    assert later.supersedes == earlier
    assert standing(operation, "pair", "a,b") == later
    assert [d.verdict for d in all_standing(operation, "pair")] == ["different"]
    assert Decision.objects.count() == 2


def test_a_decision_cannot_be_changed_through_the_model(first, operation):
    made = same(first, operation)
    made.verdict = "different"
    with pytest.raises(AppendOnly):
        made.save()
    with pytest.raises(AppendOnly):
        made.delete()


@pytest.mark.parametrize("sql", ["UPDATE cases_decision SET verdict = 'x'", "DELETE FROM cases_decision"])
def test_the_database_refuses_to_change_a_decision(first, operation, sql):
    same(first, operation)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_decision_without_a_reason_is_refused(first, operation):
    with pytest.raises(NoReason):
        same(first, operation, reason="  ")


def test_a_verdict_that_the_subject_does_not_have_is_refused(first, operation):
    with pytest.raises(UnknownVerdict):
        same(first, operation, "guilty")


def test_nobody_decides_without_an_unlocked_key(operation):
    with pytest.raises(NoOfficer):
        same(Actor("1"), operation)


def test_the_audit_entry_holds_no_account_in_the_clear(first, operation):
    decide(first, operation, "pair", "kx:1,kx:2", "same", "one phone", account_a="kx:1", account_b="kx:2")
    entry = Outbox.objects.order_by("-pk").first()
    assert "kx:1" not in str(entry.content)
    assert entry.content["verb"] == "decision.pair"
