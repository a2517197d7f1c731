import re
import subprocess

from served import Served, Visitor, code_of

from fanal.cases.session import DEMO_PASSPHRASE


def test_a_wrong_pass_phrase_opens_nothing(served: Served) -> None:
    page = served.visitor().pass_phrase("1", "wrong")
    assert page.url.endswith("/sign-in/")
    assert "There is a problem" in page.text


def test_an_unknown_officer_is_told_what_a_wrong_pass_phrase_is_told(served: Served) -> None:
    known, unknown = (served.visitor().pass_phrase(officer, "wrong").main for officer in ("2", "nobody"))

    def told(page: str) -> str:
        return re.sub(r'value="[^"]*"', "", page)

    assert told(known) == told(unknown)


def test_a_pass_phrase_alone_leads_to_the_second_factor_and_nowhere_else(served: Served, second: Visitor) -> None:
    visitor = served.visitor()
    page = visitor.pass_phrase("2")
    assert "/second-factor/" in page.url
    assert "/sign-in/" in visitor.open("/operations/kx/", follow=False).headers["Location"]


def test_a_wrong_code_lets_nobody_in(served: Served, second: Visitor) -> None:
    visitor = served.visitor()
    page = visitor.pass_phrase("2")
    visitor.open(page.url, {"csrfmiddlewaretoken": page.token, "code": "000000"})
    assert visitor.open("/", follow=False).status == 302


def test_the_session_without_the_browsers_secret_opens_nothing_and_ends(served: Served) -> None:
    visitor = served.visitor().sign_in("47")
    thief = Visitor(visitor.base)
    thief.jar.set_cookie(visitor.cookie("sessionid"))
    assert "/sign-in/" in thief.open("/operations/kx/", follow=False).headers["Location"]
    assert "/sign-in/" in visitor.open("/operations/kx/", follow=False).headers["Location"]


def test_cookies_are_kept_from_scripts_and_other_sites(first: Visitor) -> None:
    for name in ("sessionid", "fanal_unlock"):
        cookie = first.cookie(name)
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.get_nonstandard_attr("SameSite") == "Strict"


def test_no_pass_phrase_and_no_open_key_stands_in_the_database(served: Served, first: Visitor) -> None:
    # Read by another process: closing a SQLite file takes away the locks that this one holds on it.
    files = sorted(map(str, served.node.folder.glob("case.sqlite*")))
    stored = subprocess.run(["cat", *files], capture_output=True, check=True).stdout
    assert b"BEGIN OPENSSH PRIVATE KEY" not in stored
    assert first.cookie("fanal_unlock").value.encode() not in stored


def test_signing_out_forgets_the_key(served: Served) -> None:
    visitor = served.visitor().sign_in("41")
    visitor.post("/people/")
    visitor.open("/sign-out/", {"csrfmiddlewaretoken": visitor.open("/people/").token})
    assert visitor.cookie("fanal_unlock") is None
    assert visitor.open("/people/", follow=False).status == 302


def test_leaving_at_once_signs_out_and_shows_a_page_that_says_nothing(served: Served) -> None:
    visitor = served.visitor().sign_in("42")
    page = visitor.open("/leave/", {"csrfmiddlewaretoken": visitor.open("/people/").token})
    assert "Fanal" not in page.text
    assert visitor.open("/people/", follow=False).status == 302


def test_codes_for_a_lost_authenticator_are_shown_after_the_pass_phrase_and_open_the_desk_once(served: Served) -> None:
    visitor = served.visitor().sign_in("43")
    asked = visitor.open("/second-factor/recovery-codes/")
    assert "Your pass phrase again" in asked.main
    page = visitor.open(asked.url, {"csrfmiddlewaretoken": asked.token, "password": DEMO_PASSPHRASE})
    codes = re.findall(r"<li>(\d+)</li>", page.main)
    assert len(codes) == 10

    def enter(code: str) -> int:
        other = served.visitor()
        at = other.pass_phrase("43")
        other.open(at.url, {"csrfmiddlewaretoken": at.token, "code": code})
        return other.open("/people/", follow=False).status

    assert [enter(codes[0]), enter(codes[0]), enter(codes[1])] == [200, 302, 200]


def test_secrets_of_authenticators_lie_encrypted_in_the_database(served: Served, first: Visitor) -> None:
    files = sorted(map(str, served.node.folder.glob("case.sqlite*")))
    stored = subprocess.run(["cat", *files], capture_output=True, check=True).stdout
    assert first.secret
    assert first.secret.encode() not in stored


def test_codes_are_those_of_rfc_6238() -> None:
    assert len(code_of("JBSWY3DPEHPK3PXP")) == 6
