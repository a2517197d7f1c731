"""Dates of e-mails."""

import pytest

from fanal.base.instants import BadInstant, parse_mail_date, text


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        ("Tue, 06 Oct 2020 10:41:00 +0200", "2020-10-06T08:41:00Z"),
        ("6 Oct 2020 10:41 GMT", "2020-10-06T10:41:00Z"),
        ("Tue, 06 Oct 2020 10:41:00 -0000", "2020-10-06T10:41:00Z"),
        (" Tue, 06 Oct 2020 03:41:00 -0500 (EST) ", "2020-10-06T08:41:00Z"),
    ],
)
def test_a_date_becomes_utc(said, instant):
    assert text(parse_mail_date(said)) == instant


@pytest.mark.parametrize("said", ["", "today", "Tue, 99 Oct 2020 10:41:00 +0000", "31 Dec 9999 23:00:00 -1400"])
def test_what_is_no_date_is_refused(said):
    with pytest.raises(BadInstant):
        parse_mail_date(said)
