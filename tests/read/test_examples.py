from fanal.base.errors import FanalError
from fanal.read import examples
from fanal.read.registry import READERS


class Refuses(FanalError):
    code = "F-TEST-91"
    text = "no"


def test_every_reader_of_this_installation_reads_its_example(tmp_path):
    found = dict(examples.read_examples(tmp_path))
    assert len(found) == len(READERS)
    assert all(found.values())


def test_a_reader_that_refuses_its_example_is_named(tmp_path, monkeypatch):
    def refuse(*_):
        raise Refuses

    monkeypatch.setattr(examples, "read_exhibit", refuse)
    assert not any(dict(examples.read_examples(tmp_path)).values())
