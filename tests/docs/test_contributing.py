"""The reader that CONTRIBUTING shows does what it says, in the place where it says."""

import re
import sys

import pytest
from pages import ROOT, text_of

from fanal.read import registry
from fanal.read.contract import Source
from fanal.read.sink import LakeSink

PAGE = text_of(ROOT / "CONTRIBUTING.md")


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """The reader of the page, in a module of the name that the registry's line has."""
    (shown,) = [block for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "class" in block]
    (entry,) = re.findall(r'^    "fanal\.read\.(\w+:\w+)",$', PAGE, re.MULTILINE)
    module, _, name = entry.partition(":")
    (tmp_path / f"{module}.py").write_text(shown, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield registry.resolve(f"{module}:{name}")
    sys.modules.pop(module, None)


def test_the_shown_reader_reads_its_example(toy, tmp_path):
    example, hostile = toy.examples()
    path = tmp_path / example.name
    path.write_bytes(example.content)
    source = Source(path=path, name=example.name, exhibit=1, scratch=tmp_path)
    with LakeSink(1, tmp_path) as sink:
        toy.read(source, sink)
        account = sink.close()
    assert account["tables"] == dict(example.rows)
    assert account["rows"] == {"notes": {"source": 1, "read": 1, "rejected": 0, "unmapped": 0}}
    assert toy.excerpt(source, "line:2") == "message 12"
    assert toy.detect(example.content, example.name) > 0
    assert hostile.hostile


def test_the_files_and_places_that_it_names_exist():
    for path in re.findall(r"`((?:src|tests|docs)/[\w/.-]+\.(?:py|md))`", PAGE):
        assert (ROOT / path).is_file() or path == "docs/readers/notes.md", path
    for file, name in (
        ("read/registry.py", "READERS"),
        ("analyse/registry.py", "STEPS"),
        ("cli/registry.py", "COMMANDS"),
    ):
        assert re.search(rf"^{name}: ", text_of(ROOT / "src" / "fanal" / file), re.MULTILINE)
        assert f"`{name}`" in PAGE
