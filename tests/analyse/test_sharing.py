"""Values of several accounts are found in arrays as in SQL."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from fanal.analyse.sharing import shared_values
from fanal.engine.duck import Duck
from fanal.engine.statements import load

USES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 5)), max_size=60)


@given(USES)
def test_arrays_and_statement_name_the_same_values(uses: list[tuple[int, int]]) -> None:
    columns = {"value_id": [value for value, _ in uses], "account_id": [account for _, account in uses]}
    with Duck(threads=1) as engine:
        engine.bind("account_value", pa.table({name: pa.array(column, pa.int64()) for name, column in columns.items()}))
        statement = load("fanal.analyse", "resolve.sql")["resolve_shared_value"]
        expected = engine.rows(f"{statement} ORDER BY value_id")["value_id"].to_pylist()
        assert shared_values(engine)["value_id"].to_pylist() == expected
