"""The desk's records of tips: what is suggested, what only an officer decides, and that nothing is merged."""

import datetime as dt
import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fanal.base import instants
from fanal.cases.access import Actor, NotAllowed
from fanal.cases.decisions import NoReason
from fanal.cases.models import Decision, Officer, Outbox, Tip, TipMark
from fanal.cases.tips import COMMON, UnknownTip
from fanal.evidence.intake import NotAFile
from fanal.model.codes import UnknownCode
from fanal.read.cybertip_examples import REPORT
from fanal.work.log import sequence, verify_log
from fanal.work.nodes import add_officer
from fanal.work.tip_queue import overdue, take_tip, to_assess, triage
from fanal.work.tips import NotATip, OneTip, decide_duplicate, decide_risk, grade_tip, list_tips, show_tip, take_tips

FROM = b"From - Tue Oct 06 10:41:00 2020\n"


def mail(n, body=b"message", extra=b"", name=None):
    return (
        b"From: Sender %d <sender%d@example.org>\nDate: Tue, 06 Oct 2020 10:41:00 +0200\nMessage-ID: <%d@example.org>\n"
        b"Subject: note %d\n%s\n%s\n" % (n, n, n if name is None else name, n, extra, body)
    )  # fmt: skip


def attached(data):
    return (
        b'Content-Type: multipart/mixed; boundary="b"\n',
        b"--b\n\nmessage\n--b\nContent-Type: image/png\n\n" + data + b"\n--b--\n",
    )


@pytest.fixture
def take(first, node, operation, tmp_path):
    def run(*files, actor=None):
        paths = []
        for name, raw in files:
            paths.append(tmp_path / name)
            paths[-1].write_bytes(raw)
        return take_tips(actor or first, node, operation, paths, source="desk 1", report=lambda *_: None)

    return run


def test_a_mail_is_one_tip_with_what_it_says(take):
    (tip,) = take(("a.eml", mail(1, b"She is 9 years old and lives with him. +34 612 34 51 00")))
    assert (tip["part"], tip["subject"], tip["message_id"]) == ("", "note 1", "<1@example.org>")
    assert (tip["sender"], tip["sent_at"]) == ("Sender 1 <sender1@example.org>", "2020-10-06T08:41:00Z")
    assert [(i["kind"], i["value"], i["norm"], i["locator"]) for i in tip["identifiers"]] == [
        ("phone", "+34 612 34 51 00", "+34612345100", "part:0")
    ]
    assert [(w["quote"], w["locator"], w["language"]) for w in tip["risk_words"]] == [
        ("She is 9 years old and lives with him.", "part:0", "en")
    ]
    assert tip["cited"] == [{"kind": "phone", "value": "+34 612 34 51 00", "locator": "part:0"}]
    assert (tip["reader"], tip["rejects"]) == ("eml", 0)


def test_words_suggest_and_decide_nothing(take):
    (tip,) = take(("a.eml", mail(1, b"The child is in danger.")))
    assert tip["risk_words"]
    assert tip["child_at_risk"] is None
    assert tip["status"] == "new"
    assert not Decision.objects.exists()


def test_a_mailbox_is_one_tip_a_mail(take):
    tips = take(("a.mbox", FROM + mail(1) + b"\n" + FROM + mail(2, b"The child is in danger.")))
    assert [(t["part"], t["subject"], len(t["risk_words"])) for t in tips] == [
        ("mail:1", "note 1", 0),
        ("mail:2", "note 2", 1),
    ]
    assert tips[1]["risk_words"][0]["locator"] == "mail:2/part:0"
    assert Tip.objects.count() == 2


def test_the_subject_is_looked_at_too(take):
    (tip,) = take(("a.eml", mail(1).replace(b"note 1", b"The child is in danger")))
    assert tip["risk_words"][0]["locator"] == "header:Subject"


def test_a_report_of_a_provider_is_a_tip_and_its_victims_are_only_pointed_at(take):
    (tip,) = take(("r.xml", REPORT))
    assert (tip["part"], tip["message_id"], tip["victims"]) == ("report:1", "1000012", ["report:1/victim:1"])
    assert {(i["kind"], i["of"]) for i in tip["identifiers"]} >= {("account", "reported"), ("email", "reported")}
    assert tip["risk_words"][0]["kinds"] == ["escalated"]
    assert not TipMark.objects.filter(value__contains="100005").exists()


def test_taking_a_tip_twice_changes_nothing(take):
    (before,) = take(("a.eml", mail(1, b"+34 612 34 51 00")))
    marks = TipMark.objects.count()
    (after,) = take(("a.eml", mail(1, b"+34 612 34 51 00")))
    assert (after["tip"], Tip.objects.count(), TipMark.objects.count()) == (before["tip"], 1, marks)


def test_a_file_that_is_no_tip_is_refused_before_any_is_registered(take):
    with pytest.raises(NotATip, match=r"b\.csv.*eml, mbox"):
        take(("a.eml", mail(1)), ("b.csv", b"a,b\n1,2\n"))
    assert not Tip.objects.exists()


def test_a_file_that_is_not_there_is_named(first, node, operation, tmp_path):
    with pytest.raises(NotAFile):
        take_tips(first, node, operation, [tmp_path / "none.eml"], source="", report=lambda *_: None)


def test_tips_look_alike_by_message_id_file_and_identifiers(take):
    head, body = attached(b"\x01\x02\x03")
    one = mail(1, body, head)
    two = mail(2, body + b"\n", head, name=1)
    three = mail(3, b"message +34 612 34 51 00 and +34612345102")
    four = mail(4, b"message +34612345100, 0034 6, +34 612 345 102")
    tips = take(("1.eml", one), ("2.eml", two), ("3.eml", three), ("4.eml", four))
    alike = {t["tip"]: {d["tip"]: [(r["by"], r["n"]) for r in d["reasons"]] for d in t["duplicates"]} for t in tips}
    a, b, c, d = (t["tip"] for t in tips)
    assert alike[a][b] == [("file", 3), ("message_id", 1)]
    assert alike[c] == {d: [("identifiers", 2)]}
    assert tips[2]["duplicates"][0]["reasons"][0]["values"] == ["phone +34612345100", "phone +34612345102"]


def test_a_mail_that_is_attached_to_another_or_stands_in_a_mailbox_is_known_again(take):
    raw = mail(1)
    box, single = take(("a.mbox", FROM + raw + b"\n" + FROM + mail(2)), ("a.eml", raw))[0::2]
    assert [d["tip"] for d in single["duplicates"]] == [box["tip"]]
    assert {r["by"] for r in single["duplicates"][0]["reasons"]} == {"file", "message_id"}


def test_the_same_invitation_makes_tips_look_alike(take):
    tips = take(
        ("1.eml", mail(1, b"https://chat.whatsapp.com/EXAMPLE1")),
        ("2.eml", mail(2, b"see chat https://chat.whatsapp.com/EXAMPLE1 !")),
    )
    assert [d["reasons"][0]["values"] for d in tips[0]["duplicates"]] == [["invite chat.whatsapp.com/EXAMPLE1"]]


def test_a_value_that_most_tips_name_tells_nothing(take):
    box = b"\n".join(FROM + mail(n, b"desk 1: desk@example.net") for n in range(COMMON + 1))
    assert all(not tip["duplicates"] for tip in take(("a.mbox", box)))


def test_tips_of_another_operation_are_not_compared(take, first, node, tmp_path):
    from fanal.work.operations import open_operation  # noqa: PLC0415  a second one, for this test alone

    take(("a.eml", mail(1, b"+34 612 34 51 00")))
    other = open_operation(first, node, "other", "Other", "order 2")
    path = tmp_path / "b.eml"
    path.write_bytes(mail(2, b"+34 612 34 51 00"))
    (tip,) = take_tips(first, node, other, [path], source="", report=lambda *_: None)
    assert tip["duplicates"] == []
    with pytest.raises(UnknownTip):
        show_tip(first, other, Tip.objects.earliest("pk").pk)


def test_an_officer_decides_on_risk_and_may_decide_again(take, first, second, operation):
    (tip,) = take(("a.eml", mail(1, b"The child is in danger.")))
    decide_risk(first, operation, tip["tip"], "words of the sender", at_risk=True)
    seen = show_tip(first, operation, tip["tip"])
    assert (seen["child_at_risk"], seen["status"], seen["risk_decided"]["officer"]) == (True, "assessed", "1")
    later = decide_risk(second, operation, tip["tip"], "safe since noon", at_risk=False)
    assert later.supersedes is not None
    assert show_tip(first, operation, tip["tip"])["child_at_risk"] is False
    assert Decision.objects.count() == 2


def test_a_decision_on_risk_needs_a_reason_and_leaves_nothing_without(take, first, operation):
    (tip,) = take(("a.eml", mail(1)))
    with pytest.raises(NoReason):
        decide_risk(first, operation, tip["tip"], " ", at_risk=True)
    assert show_tip(first, operation, tip["tip"])["child_at_risk"] is None


def test_the_two_grades_are_two_columns(take, first, operation):
    (tip,) = take(("a.eml", mail(1)))
    graded = grade_tip(first, operation, tip["tip"], "a", "2")
    assert (graded["source_grade"], graded["information_grade"], graded["status"]) == ("A", "2", "assessed")
    for source, information in (("D", "2"), ("A", "5"), ("A2", "")):
        with pytest.raises(UnknownCode):
            grade_tip(first, operation, tip["tip"], source, information)
    assert show_tip(first, operation, tip["tip"])["source_grade"] == "A"


def test_a_duplicate_is_decided_and_both_stay(take, first, operation):
    one, two = take(("1.eml", mail(1, b"+34612345100")), ("2.eml", mail(2, b"+34612345100")))
    decide_duplicate(first, operation, two["tip"], one["tip"], "same words", duplicate=True)
    seen = show_tip(first, operation, two["tip"])
    assert (seen["status"], seen["duplicate_of"]) == ("duplicate", one["tip"])
    assert seen["duplicates"][0]["decided"] == "duplicate_of"
    assert seen["identifiers"] == two["identifiers"]
    assert show_tip(first, operation, one["tip"])["status"] == "new"
    decide_duplicate(first, operation, one["tip"], two["tip"], "another group", duplicate=False)
    seen = show_tip(first, operation, two["tip"])
    assert (seen["status"], seen["duplicate_of"], seen["duplicates"][0]["decided"]) == ("new", None, "not_duplicate")


def test_no_tip_is_a_duplicate_of_itself_or_of_a_duplicate(take, first, operation):
    one, two, three = (t["tip"] for t in take(*((f"{n}.eml", mail(n)) for n in (1, 2, 3))))
    decide_duplicate(first, operation, two, one, "r", duplicate=True)
    for tip, other in ((one, one), (one, two), (three, two)):
        with pytest.raises(OneTip):
            decide_duplicate(first, operation, tip, other, "r", duplicate=True)


def test_the_queue_has_a_child_at_risk_first_then_what_nobody_decided(take, first, operation):
    tips = [
        t["tip"]
        for t in take(*((f"{n}.eml", mail(n, b)) for n, b in enumerate((b"x", b"x", b"The child is in danger.", b"x"))))
    ]
    decide_risk(first, operation, tips[3], "r", at_risk=True)
    decide_risk(first, operation, tips[0], "r", at_risk=False)
    assert [row["tip"] for row in list_tips(first, operation)] == [tips[3], tips[2], tips[1], tips[0]]


def test_a_child_at_risk_is_due_first_and_what_is_late_says_so(take, first, node, operation):
    names = (b"x", b"x", b"The child is in danger.", b"x")
    plain, decided, words, done = (t["tip"] for t in take(*((f"{n}.eml", mail(n, b)) for n, b in enumerate(names))))
    decide_risk(first, operation, decided, "r", at_risk=True)
    grade_tip(first, operation, done, "B", "2")
    rows = triage(first, node, operation, "", 50).rows
    assert [row["tip"] for row in rows] == [decided, words, plain, done]
    assert [bool(row["due_at"]) for row in rows] == [True, True, True, False]
    assert not any(row["overdue"] for row in rows)
    for tip in Tip.objects.all():
        tip.received_at = instants.now() - dt.timedelta(minutes=61)
        tip.save()
    late = {row["tip"]: row["overdue"] for row in triage(first, node, operation, "", 50).rows}
    assert late == {decided: False, words: True, plain: False, done: False}
    assert overdue(first, node, operation) == 1


@pytest.fixture
def many(take, operation):
    """Tips in every stage of the queue, in no order, two of them of one instant; their numbers in the order of it."""
    (one,) = take(("a.eml", mail(1)))
    exhibit, now = Tip.objects.get(pk=one["tip"]).exhibit, instants.now()
    officer = Officer.objects.get(service_number="1")
    words = [{"quote": "q", "locator": "-", "language": None, "kinds": []}]
    told = {
        # Place in the queue, and what makes it: coming in, so many hours ago.
        9: {"hours": 3, "status": "assessed"},
        4: {"hours": 2.5, "risk_words": words},
        5: {"hours": 1, "risk_words": words},
        2: {"hours": 90, "child_at_risk": True, "status": "assessed", "taken_by": officer},
        3: {"hours": 40},
        6: {"hours": 0.5, "risk_words": words},
        8: {"hours": 2},
        7: {"hours": 2},
        1: {"hours": 1, "child_at_risk": True, "status": "assessed"},
        11: {"hours": 50, "status": "duplicate"},
        10: {"hours": 60, "child_at_risk": False, "status": "assessed"},
    }
    made = {}
    for place, row in told.items():
        at = now - dt.timedelta(hours=row.pop("hours"))
        tip = Tip.objects.create(operation=operation, exhibit=exhibit, part=f"{place}", received_at=at, **row)
        made[place] = tip.pk
    for tip in Tip.objects.filter(pk__in=(made[7], made[8])):
        tip.received_at = now - dt.timedelta(hours=2)
        tip.save()
    Tip.objects.filter(pk=one["tip"]).delete()
    return [made[place] for place in sorted(made, key=lambda n: {7: 8, 8: 7}.get(n, n))]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_the_queue_is_read_page_by_page_on_and_back_in_the_order_of_its_deadlines(many, size, first, node, operation):
    pages = [triage(first, node, operation, "", size)]
    while pages[-1].next:
        pages.append(triage(first, node, operation, pages[-1].next, size))
    assert [row["tip"] for page in pages for row in page.rows] == many
    assert pages[0].previous is None
    for page, back in itertools.pairwise(pages):
        again = triage(first, node, operation, "", size, before=back.previous)
        assert ([row["tip"] for row in again.rows], again.next) == ([row["tip"] for row in page.rows], page.next)


def test_a_tip_that_is_taken_between_two_pages_neither_hides_one_nor_shows_one_twice(many, first, node, operation):
    page = triage(first, node, operation, "", 4)
    take_tip(first, operation, page.rows[-1]["tip"])
    assert [row["tip"] for row in triage(first, node, operation, page.next, 4).rows] == many[4:8]


def test_a_page_of_the_queue_is_read_by_its_index_with_as_many_queries_for_any(many, first, node, operation):
    def queries(size, after=""):
        with CaptureQueriesContext(connection) as seen:
            page = triage(first, node, operation, after, size)
        return len(seen), page, [one["sql"] for one in seen if 'ORDER BY "cases_tip"."place"' in one["sql"]]

    few, page, asked = queries(2)
    assert (few, len(asked)) == (queries(5, page.next)[0], 4)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            plans = [cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall() for sql in asked]
        for plan in plans:
            assert any("tips_in_order" in row[3] for row in plan)
            assert not any("TEMP B-TREE" in row[3] for row in plan)


def test_what_a_page_says_of_tips_alike_is_what_the_whole_list_says(take, first, node, operation):
    take(*((f"{n}.eml", mail(n, b"+34 612 34 51 00")) for n in range(3)))
    whole = {row["tip"]: row["alike"] for row in list_tips(first, operation)}
    assert set(whole.values()) == {2}
    assert {row["tip"]: row["alike"] for row in triage(first, node, operation, "", 50).rows} == whole


def test_what_nobody_assessed_stands_with_words_first_and_goes_on_behind_one_that_was_decided(many, first, operation):
    everything = [row["tip"] for row in to_assess(first, operation, 0, 50)]
    assert set(everything) == set(many[2:8])
    assert everything == sorted(everything, key=lambda tip: (not Tip.objects.get(pk=tip).risk_words, tip))
    for place, tip in enumerate(everything):
        grade_tip(first, operation, tip, "B", "2")
        assert [row["tip"] for row in to_assess(first, operation, tip, 50)] == everything[place + 1 :]


def test_a_tip_that_an_officer_took_is_under_no_deadline_and_may_change_hands(take, first, node, operation):
    (tip,) = take(("a.eml", mail(1, b"The child is in danger.")))
    take_tip(first, operation, tip["tip"])
    (row,) = triage(first, node, operation, "", 50).rows
    assert (row["taken_by"], row["due_at"], row["child_at_risk"]) == (first.officer, None, None)
    add_officer(first, node, "8", "", ("analyst",), "pass phrase of a test")
    take_tip(Actor("8"), operation, tip["tip"])
    assert show_tip(first, operation, tip["tip"])["taken_by"] == "8"
    taken = Outbox.objects.filter(content__verb="tip.assess", content__facts__taken=True)
    assert [row.content["officer"] for row in taken.order_by("pk")] == [first.officer, "8"]


def test_a_tip_that_is_not_there_is_named(first, operation):
    for act in (
        lambda: show_tip(first, operation, 99),
        lambda: grade_tip(first, operation, 99, "A", "1"),
        lambda: decide_risk(first, operation, 99, "r", at_risk=True),
        lambda: decide_duplicate(first, operation, 99, 98, "r", duplicate=True),
    ):
        with pytest.raises(UnknownTip, match="99"):
            act()


def test_who_has_no_part_in_the_operation_reads_and_decides_nothing(take, node, first, operation):
    (tip,) = take(("a.eml", mail(1)))
    add_officer(first, node, "8", "", ("auditor",), "pass phrase of a test")
    auditor = Actor("8")
    for act in (
        lambda: list_tips(auditor, operation),
        lambda: take_tip(auditor, operation, tip["tip"]),
        lambda: show_tip(auditor, operation, tip["tip"]),
        lambda: grade_tip(auditor, operation, tip["tip"], "A", "1"),
        lambda: decide_risk(auditor, operation, tip["tip"], "r", at_risk=True),
        lambda: decide_duplicate(auditor, operation, tip["tip"], 1, "r", duplicate=True),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_every_act_is_in_the_log_and_the_log_holds(take, first, node, operation):
    one, two = take(("1.eml", mail(1)), ("2.eml", mail(2)))
    grade_tip(first, operation, one["tip"], "B", "4")
    decide_risk(first, operation, one["tip"], "r", at_risk=True)
    decide_duplicate(first, operation, two["tip"], one["tip"], "r", duplicate=True)
    show_tip(first, operation, one["tip"])
    list_tips(first, operation)
    verbs = [row.content["verb"] for row in Outbox.objects.order_by("pk")]
    assert [v for v in verbs if "tip" in v] == [
        "tip.assess",
        "decision.tip_risk",
        "decision.tip",
        "tip.read",
        "tip.read",
    ]
    assert "example.org" not in str([row.content for row in Outbox.objects.all()])
    sequence(first, node)
    assert verify_log(first, node)["holds"]
