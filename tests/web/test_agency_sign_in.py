"""Signing in at the agency's own provider: who gets in, with which factor, and what still needs the pass phrase."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from desk_case import Desk
from provider import Provider
from served import Page, Served, Visitor

from fanal.cases.models.people import Decision
from fanal.cases.session import DEMO_PASSPHRASE
from fanal.web.agency_settings import agency_rules

PAIR = "/operations/kx/review/pair/?accounts=kx:4%2Ckx:5"


@pytest.fixture
def vouched(provider: Provider) -> Iterator[Provider]:
    """The provider, which forgets afterwards what the test told it."""
    yield provider
    provider.claims, provider.signs_with = {}, None


@pytest.fixture(scope="module")
def known(served: Served) -> Visitor:
    """An officer who has set a second factor up."""
    return served.visitor().sign_in("50")


def _press(visitor: Visitor) -> Page:
    """Press the provider's button, and follow to where it ends."""
    token = visitor.open("/sign-in/").token
    return visitor.open("/sign-in/agency/", {"csrfmiddlewaretoken": token})


def test_an_officer_whom_the_provider_names_still_shows_a_second_factor_and_reads_without_the_key(
    served: Served, known: Visitor, vouched: Provider
) -> None:
    vouched.claims = {"service_number": "50", "amr": ["pwd"]}
    visitor = served.visitor()
    page = _press(visitor)
    assert "/second-factor/" in page.url
    assert visitor.open("/people/", follow=False).status == 302
    visitor.open(page.url, {"csrfmiddlewaretoken": page.token, "code": known.code()})
    assert "kx:4" in visitor.open(PAIR).main
    assert vouched.asked["code_challenge_method"] == ["S256"]


def test_what_is_signed_asks_for_the_pass_phrase_and_shows_again_what_was_sent(
    served: Served, known: Visitor, vouched: Provider, case: Desk
) -> None:
    vouched.claims = {"service_number": "50", "amr": ["mfa"]}
    visitor = served.visitor()
    assert "/sign-in/" not in _press(visitor).url
    form = {"accounts": "kx:4,kx:5", "verdict": "not_enough", "reason": "of officer 50"}
    asked = visitor.post(PAIR, **form)
    assert "Unlock your key" in asked.main
    assert case.node
    assert not Decision.objects.filter(reason="of officer 50").exists()
    wrong = visitor.open("/unlock/", {"csrfmiddlewaretoken": asked.token, "password": "wrong"})
    assert "F-KEY-01" in wrong.main
    again = visitor.open("/unlock/", {"csrfmiddlewaretoken": asked.token, "password": DEMO_PASSPHRASE})
    assert "of officer 50" in again.main
    visitor.open(PAIR, {"csrfmiddlewaretoken": again.token, **form})
    assert Decision.objects.filter(reason="of officer 50", officer__service_number="50").exists()


@pytest.mark.parametrize("claims", [{"service_number": "nobody"}, {}, {"sub": "50"}])
def test_who_is_no_officer_of_the_node_is_refused_and_none_is_made(
    claims: dict[str, str], served: Served, vouched: Provider
) -> None:
    vouched.claims = claims
    visitor = served.visitor()
    page = _press(visitor)
    assert page.status == 403
    assert "F-DESK-32" in page.main
    assert visitor.open("/people/", follow=False).status == 302


def test_a_token_that_another_key_signed_lets_nobody_in(served: Served, vouched: Provider) -> None:
    vouched.claims, vouched.signs_with = {"service_number": "50", "amr": ["mfa"]}, generate_private_key(65537, 2048)
    visitor = served.visitor()
    page = _press(visitor)
    assert page.status == 400
    assert "F-DESK-33" in page.main
    assert visitor.open("/people/", follow=False).status == 302


def test_who_comes_back_without_the_strict_cookie_is_sent_on_once_and_then_refused(served: Served) -> None:
    visitor = served.visitor()
    page = visitor.open("/sign-in/agency/back/?code=c&state=s")
    assert 'http-equiv="refresh"' in page.text
    refused = visitor.open("/sign-in/agency/back/?code=c&state=s&_redir=")
    assert (refused.status, "F-DESK-33" in refused.main) == (400, True)


def test_forms_may_go_to_the_provider_where_the_node_names_one_and_nothing_of_it_is_there_else(
    served: Served, provider: Provider
) -> None:
    rules = served.visitor().open("/sign-in/").headers["Content-Security-Policy"]
    assert f"form-action 'self' {provider.base}" in rules
    assert agency_rules("") is None
