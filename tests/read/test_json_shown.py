"""Values of large JSON documents: found again, and shown without media."""

import json

from fanal.read.json_elements import Elements
from fanal.read.json_shown import element_at, shown


def test_an_element_is_found_again_at_its_byte(tmp_path):
    file = tmp_path / "doc.json"
    file.write_text(json.dumps({"messages": [{"id": n, "t": "é" * n} for n in range(40)]}, ensure_ascii=False))
    (batch,) = Elements(file, ("messages[]",)).batches()
    found = batch.rows.to_pylist()
    assert [element_at(file, row["offset"]) for row in found] == [row["element"] for row in found]


def test_of_a_value_that_has_no_end_as_much_is_shown_as_is_looked_at(tmp_path):
    file = tmp_path / "doc.json"
    file.write_text("[" + "1," * 100_000)
    assert len(element_at(file, 0)) == 1 << 16
    assert len(shown(element_at(file, 0))) <= 4_000


def test_a_shown_element_has_no_encoded_media_however_its_slashes_are_written():
    run = "/9j/4AAQ" * 60
    text = json.dumps({"id": 1, "thumb": run}).replace("/", "\\/")
    assert "4AAQ" not in shown(text)
    assert "withheld" in shown(text)
    assert "4AAQ" not in shown(text[:-1])


def test_values_of_withheld_keys_are_not_shown():
    said = shown('{"a": [{"Miniature": "AAAA", "b": 1}]}', frozenset({"miniature"}))
    assert json.loads(said) == {"a": [{"Miniature": "[withheld]", "b": 1}]}


def test_keys_are_withheld_whatever_stands_before_their_name():
    said = shown(
        '{"uco-observable:dataPayload": "AAAA", "http://example.org/x#dataPayload": "AAAA"}', frozenset({"datapayload"})
    )
    assert "AAAA" not in said


def test_nesting_without_end_is_shown_and_not_taken_apart():
    assert shown("[" * 100_000) == "[" * 4_000
