"""Files that come in by upload: what is wrong with one is said by name, and nothing of it stays."""

from http.client import HTTPResponse
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from desk_case import Desk
from served import Page, Visitor

from fanal.cases.node import load_node

EDGE = "edge7"


def upload(visitor: Visitor, name: str, content: bytes | None) -> Page:
    """Send the form of the receiving page with a file."""
    fields = {"csrfmiddlewaretoken": visitor.open("/receive/").token, "into": "", "release_gap": "", "replaces": ""}
    parts = [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()
    ]
    body = "".join(parts).encode()
    if content is not None:
        head = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body += head.encode() + content + b"\r\n"
    body += f"--{EDGE}--\r\n".encode()
    told = {"Content-Type": f"multipart/form-data; boundary={EDGE}", "Referer": visitor.base, "Accept-Language": "en"}
    request = Request(f"{visitor.base}/receive/", body, told)  # noqa: S310  our own address
    try:
        answer: HTTPResponse | HTTPError = build_opener(HTTPCookieProcessor(visitor.jar)).open(request, timeout=120)
    except HTTPError as e:
        answer = e
    with answer:
        return Page(answer.status or 0, answer.url, answer.read().decode(), answer.headers)


def left(case: Desk) -> list[str]:
    """What lies where uploads are written and opened."""
    node = case.node
    places = (node.folder / "scratch", node.packages)
    return [path.name for place in places for path in place.glob("*upload*")] + [
        path.name for path in node.packages.glob(".opening-*")
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "F-DESK-12"), (b"{}", "F-PKG-"), (b"age-encryption.org/v1\nnot sealed to us", "F-PKG-")],
)
def test_what_cannot_be_taken_in_is_refused_by_name(
    first: Visitor, case: Desk, content: bytes | None, code: str
) -> None:
    page = upload(first, "kx-NL-1.fanal", content)
    assert code in page.main
    assert left(case) == []


def test_a_file_above_the_nodes_bound_is_refused_before_it_is_written(first: Visitor, case: Desk) -> None:
    bound = load_node(case.node.folder).upload_bytes
    assert bound == 3 << 20
    page = upload(first, "large.fanal", bytes(bound + (2 << 20)))
    assert "F-DESK-13" in page.main
    assert left(case) == []


def test_a_card_that_comes_in_is_pinned_and_its_words_are_shown_for_comparison(first: Visitor, case: Desk) -> None:
    page = upload(first, "belgium.card", (case.folder.parent / "belgium.card").read_bytes())
    assert "Unit BE" in page.main
    assert "compare these words" in page.main
