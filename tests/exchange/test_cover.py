import pytest
from exchange_cases import Agency
from lake_cases import plan, small_lake

from fanal.base.language import PACKAGE_LANGUAGES
from fanal.exchange.build import Built, build_packages
from fanal.exchange.cover import COVER, Attached, cover_text
from fanal.exchange.sshsig import fingerprint

ATTACHED = Attached("lamp-FR-1.fanal", 1234567, "ab" * 32)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory, agencies: dict[str, Agency]) -> Built:
    root = tmp_path_factory.mktemp("cover")
    made = plan(agencies["one"], agencies["two"], language="de", contact="+49 30 0000000, day and night")
    return build_packages(small_lake(root / "lamp"), [made], root / "packages")[0]


@pytest.mark.parametrize("language", PACKAGE_LANGUAGES)
def test_it_names_what_is_attached_so_that_it_can_be_checked(package: Built, language: str) -> None:
    text = cover_text(package.folder, language, ATTACHED)
    for part in (ATTACHED.name, ATTACHED.sha256, fingerprint(package.plan.sender.signing_key), "lamp", "Order 12/2026"):
        assert part in text
    assert text.endswith("\n")


def test_it_says_who_to_whom_why_and_under_which_codes(package: Built) -> None:
    text = cover_text(package.folder, "en", ATTACHED)
    for line in (
        "From: Agency one (Germany)",
        "To: Agency two (France)",
        "Date: 4 March 2026",
        "- H1: Not for use in judicial proceedings without the provider's permission.",
        "- H3: Other restriction, in the provider's words: ask first",
        "- Purpose: investigation of operation Lamp",
        "- Size: 1,234,567 bytes",
        "- Call: +49 30 0000000, day and night",
    ):
        assert line in text.splitlines()


def test_what_cannot_wait_comes_before_all_but_the_heading(package: Built) -> None:
    titles = [line for line in cover_text(package.folder, "en").splitlines() if line.isupper() and "-" not in line]
    assert titles == [
        "WHAT CANNOT WAIT",
        "HOW IT MAY BE USED",
        "WHAT IS ATTACHED",
        "WHOM TO CALL",
        "HOW TO CHECK IT",
        "HOW TO ANSWER",
    ]


def test_it_names_nobody(package: Built) -> None:
    text = cover_text(package.folder, "en", ATTACHED)
    for personal in ("kx:", "user1", "example.org", "192.0.2", "+33600000001"):
        assert personal not in text


def test_its_lines_are_short_and_its_signs_visible(package: Built) -> None:
    for language in PACKAGE_LANGUAGES:
        for line in cover_text(package.folder, language, ATTACHED).splitlines():
            assert line.isprintable()
            assert len(line) <= 76 or " " not in line.strip().removeprefix("- ").split(": ", 1)[-1]


def test_one_in_the_recipients_language_lies_in_the_bag_before_the_file_is_known(package: Built) -> None:
    text = (package.folder / COVER).read_text(encoding="utf-8")
    assert text == cover_text(package.folder, "de")
    assert "Größe und SHA-256: in der Nachricht, mit der die Datei kam." in text
