"""What people are shown is what stands in a row, and what programs read is its values."""

import csv
import io

from fanal.cli.output import Format, record, rows


def test_a_word_between_colons_is_shown_as_it_stands(capsys):
    rows([{"name": "a :skull: b [bold]c[/bold]"}], ["name"], Format.text)
    assert "a :skull: b [bold]c[/bold]" in capsys.readouterr().out


def test_a_record_as_csv_holds_its_values_as_they_are(capsys):
    record({"share": 0.123456, "done": True, "none": None, "kinds": ["a", "b"], "by": {"BE": 2}}, Format.csv)
    told = dict(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert told == {
        "key": "value", "share": "0.123456", "done": "True", "none": "", "kinds": '["a", "b"]', "by": '{"BE": 2}',
    }  # fmt: skip


def test_what_a_row_lacks_is_an_empty_cell_for_programs_and_a_dash_for_people(capsys):
    found = [{"exhibit": 1, "part": None}]
    rows(found, ("exhibit", "part"), Format.csv)
    rows(found, ("exhibit", "part"), Format.text)
    machine, person = capsys.readouterr().out.split("1", 1)
    assert machine == "exhibit,part\n"
    assert person.startswith(",\n")
    assert person.rstrip().endswith("-")
