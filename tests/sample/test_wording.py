import csv
from pathlib import Path

import numpy as np
import phonenumbers

from fanal.sample import wording
from fanal.sample.accounts import MAIN_MAIL, OTHER_DOMAIN, SECOND_MAIL
from fanal.sample.people import invented
from fanal.sample.places import codes, disposable_domains, mail_domains
from fanal.sample.plan import planned

PEOPLE = invented(planned(0.001), 3)
EVERYONE = np.arange(len(PEOPLE))
Users = list[list[str | None]]


def _plain(address: str) -> str:
    local, host = address.lower().split("@")
    if host in ("gmail.com", "googlemail.com"):
        return local.split("+")[0].replace(".", "") + "@gmail.com"
    return local.split("+")[0] + "@" + host


def test_every_form_of_a_mailbox_is_delivered_to_the_same_box() -> None:
    forms = [
        wording.mailbox(PEOPLE, EVERYONE, np.full(len(PEOPLE), MAIN_MAIL), np.full(len(PEOPLE), form)).to_pylist()
        for form in range(OTHER_DOMAIN + 1)
    ]
    for written in zip(*forms, strict=True):
        assert len({_plain(address) for address in written}) == 1
    assert all(len(set(texts)) == len(PEOPLE) for texts in forms)


def test_no_two_mailboxes_are_the_same_box() -> None:
    boxes = [
        _plain(address)
        for kind in (MAIN_MAIL, SECOND_MAIL)
        for address in wording.mailbox(
            PEOPLE, EVERYONE, np.full(len(PEOPLE), kind), np.zeros(len(PEOPLE), dtype=np.int64)
        ).to_pylist()
    ]
    assert len(set(boxes)) == 2 * len(PEOPLE)


def test_every_form_of_a_number_is_the_owners_valid_one() -> None:
    seen = set()
    for person in range(0, len(PEOPLE), 7):
        region = codes()[PEOPLE.country[person]]
        owner = np.array([person])
        read = set()
        for form in range(4):
            text = wording.phones(PEOPLE, owner, np.array([form])).to_pylist()[0]
            parsed = phonenumbers.parse("+" + text[2:] if form == 1 else text, region)
            assert phonenumbers.is_valid_number(parsed), text
            read.add((parsed.country_code, parsed.national_number))
        assert len(read) == 1
        seen |= read
    assert len(seen) == len(range(0, len(PEOPLE), 7))


def test_mail_hosts_are_known_providers_or_disposable_ones(users: Users) -> None:
    hosts = {str(u[2]).split("@")[1].lower() for u in users if u[2]}
    known = set(mail_domains()) | set(disposable_domains()) | {"googlemail.com"}
    assert hosts <= known
    assert hosts & set(disposable_domains())


def test_some_names_hold_what_breaks_careless_readers(users: Users, platform: Path) -> None:
    pool = wording.names(np.zeros(4096, dtype=np.int64), np.arange(4096)).to_pylist()
    assert any("'" in name for name in pool)
    assert any(not name.isascii() for name in pool)
    with (platform / "exchange.csv").open(encoding="utf-8", newline="") as file:
        assert all(", " in row["name"] for row in csv.DictReader(file))
    assert any(u[4] for u in users)
