"""What people are shown is what stands in a row."""

from fanal.cli.output import Format, rows


def test_a_word_between_colons_is_shown_as_it_stands(capsys):
    rows([{"name": "a :skull: b [bold]c[/bold]"}], ["name"], Format.text)
    assert "a :skull: b [bold]c[/bold]" in capsys.readouterr().out
