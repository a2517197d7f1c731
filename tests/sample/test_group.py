"""The sample of the group: what is written, and that it hangs together."""

import csv
import json
import re
import zipfile
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import phonenumbers
import pytest

from fanal.read.mapping import parse_mapping
from fanal.sample.chat import ATTACHED
from fanal.sample.group import FIRST_EXPORT, SECOND_EXPORT, write_group

ANDROID_HEAD = re.compile(r"^\d\d/\d\d/\d\d, \d\d:\d\d - (?:([^:\n]+): )?", re.MULTILINE)
IOS_HEAD = re.compile(r"^\u200e?\[\d\d/\d\d/\d\d, \d{1,2}:\d\d:\d\d\u202f[AP]M\] ([^:\n]+): ", re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("group")
    write_group(made, 7, lambda _stage, _share: None)
    return made


def figures(folder: Path):
    return json.loads((folder / "truth" / "figures.json").read_text())


def first_text(folder: Path) -> str:
    with zipfile.ZipFile(folder / FIRST_EXPORT) as archive:
        return archive.read("Chat de WhatsApp con Group 7.txt").decode()


def second_text(folder: Path) -> str:
    with zipfile.ZipFile(folder / SECOND_EXPORT) as archive:
        return archive.read("_chat.txt").decode()


def members(folder: Path):
    with (folder / "truth" / "members.csv").open(newline="") as f:
        return list(csv.DictReader(f))


def test_the_same_seed_gives_the_same_bytes(folder, tmp_path):
    write_group(tmp_path, 7, lambda _stage, _share: None)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        assert (tmp_path / path.relative_to(folder)).read_bytes() == path.read_bytes()


def test_another_seed_gives_another_chat_with_the_same_case_figures(folder, tmp_path):
    write_group(tmp_path, 8, lambda _stage, _share: None)
    assert second_text(tmp_path) != second_text(folder)
    assert figures(tmp_path)["arrests_by_country"] == figures(folder)["arrests_by_country"]


def test_progress_runs_from_nothing_to_all(tmp_path):
    told = []
    write_group(tmp_path, 1, lambda _stage, share: told.append(share))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


def test_the_first_export_holds_as_many_messages_as_the_truth_says(folder):
    senders = [hit[1] for hit in ANDROID_HEAD.finditer(first_text(folder)) if hit[1]]
    assert len(senders) == figures(folder)["messages_first_export"]


def test_the_second_export_holds_as_many_messages_as_the_truth_says(folder):
    text = second_text(folder)
    bodies = [text[hit.end() :].split("\r\n", 1)[0] for hit in IOS_HEAD.finditer(text)]
    events = [b for b in bodies if b.startswith("\u200e") and not re.search(r"omitted$|deleted|deleted this", b)]
    assert len(bodies) - len(events) == figures(folder)["messages_second_export"]


def test_the_two_exports_overlap_and_neither_holds_all(folder):
    found = figures(folder)
    both = found["messages_first_export"] + found["messages_second_export"]
    assert max(found["messages_first_export"], found["messages_second_export"]) < found["messages_distinct"] < both


def test_every_member_has_valid_numbers_and_no_two_share_one(folder):
    phones = [phone for member in members(folder) for phone in member["phones"].split()]
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(phone)) for phone in phones)
    assert len(set(phones)) == len(phones) == figures(folder)["accounts"]


def test_every_sender_is_a_member_by_number_or_by_the_owner_s_address_book(folder):
    known = {phone for member in members(folder) for phone in member["phones"].split()}
    with (folder / "contacts.csv").open(newline="") as f:
        contacts = list(csv.DictReader(f))
    for owner, text, head in zip(figures(folder)["owners"], (first_text(folder), second_text(folder)),
                                 (ANDROID_HEAD, IOS_HEAD), strict=True):  # fmt: skip
        names = {row["name"]: row["phone"] for row in contacts if row["owner"] == owner}
        assert set(names.values()) <= known
        for sender in {hit[1] for hit in head.finditer(text) if hit[1]} - {"Group 7"}:
            number = re.sub(r"[^+0-9]", "", sender)
            assert names.get(sender, number) in known


def test_attachments_are_no_media(folder):
    with zipfile.ZipFile(folder / FIRST_EXPORT) as archive:
        contents = [archive.read(name) for name in archive.namelist() if not name.endswith(".txt")]
    assert len(contents) == sum(count for _, _, _, count in ATTACHED)
    assert not any(c.startswith((b"RIFF", b"\x89PNG", b"\xff\xd8", b"GIF8", b"OggS", b"%PDF")) for c in contents)


@pytest.mark.parametrize(
    "sign",
    [
        "te añadió", "se unió usando el enlace", "salió del grupo", " eliminó a ", " cambió a +", "ahora es admin.",
        "Ahora eres admin.", "cambió el nombre del grupo", "Se eliminó este mensaje.", "<Multimedia omitido>",
        "(archivo adjunto)", "cifrados de extremo a extremo", "\n- dos\n\n12/03/20 tres: fin",
        "<Se editó este mensaje.>",
    ],
)  # fmt: skip
def test_the_spanish_export_has_every_kind_of_line(folder, sign):
    assert sign in first_text(folder)


@pytest.mark.parametrize(
    "sign",
    [
        "You joined using", " left\r\n", " removed ", " changed to \u202a+", "is now an admin", "You're now an admin",
        "changed the group name to", "\u200eThis message was deleted.", "\u200esticker omitted", "end-to-end encrypted",
        "<This message was edited>",
    ],
)  # fmt: skip
def test_the_english_export_has_every_kind_of_line(folder, sign):
    assert sign in second_text(folder)


def test_a_message_deleted_between_the_exports_still_stands_in_the_first(folder):
    deleted = r"\u200eThis message was deleted\."
    late = re.findall(rf"^\u200e\[(?:08|09|10)/12/20, .*{deleted}", second_text(folder), re.MULTILINE)
    assert len(late) >= 3


def test_the_tip_names_group_link_numbers_and_mail(folder):
    mail = message_from_bytes((folder / "tip.eml").read_bytes(), policy=default)
    text = mail.get_content()
    assert mail["Message-ID"]
    assert len(mail.get_all("Received")) == 2
    assert "Group 7" in text
    assert "https://chat.whatsapp.com/" in text
    assert len(re.findall(r"\+34 \d{3} \d\d \d\d \d\d", text)) == 2
    assert "@example.net" in text


def test_the_contacts_mapping_is_one_that_fanal_accepts(folder):
    mapping = parse_mapping((folder / "contacts.yaml").read_text(), "contacts.yaml")
    assert [selection.table for selection in mapping.selections] == ["identifier"]
    assert mapping.reads == ("contacts",)


def test_no_name_stands_in_both_address_books(folder):
    with (folder / "contacts.csv").open(newline="") as f:
        names = [row["name"] for row in csv.DictReader(f)]
    assert len(set(names)) == len(names)


def test_the_readme_names_both_owners(folder):
    text = (folder / "README.txt").read_text()
    assert all(owner in text for owner in figures(folder)["owners"])


def test_minors_have_the_same_age_at_their_first_message_as_the_truth_says(folder):
    ages = sorted(int(m["age_at_first_message"]) for m in members(folder) if m["arrested_in"])[:5]
    assert ages[:4] == [15, 16, 17, 17]
    assert ages[4] >= 18
    assert figures(folder)["minors"] == 4
