from fanal.engine.statements import fill, load


def test_statements_are_cut_by_their_names():
    assert "SELECT" in next(iter(load("fanal.analyse", "resolve.sql").values())).upper()


def test_no_statement_ends_in_a_semicolon():
    assert [n for n, body in load("fanal.analyse", "resolve.sql").items() if body.endswith(";")] == []


def test_fragments_are_put_in_their_places():
    assert fill("SELECT ${what} FROM t", what="1") == "SELECT 1 FROM t"
