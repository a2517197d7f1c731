import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.analyse.ids import content_id_sql, identity_id_sql
from fanal.base.digests import content_id
from fanal.engine.duck import Duck

words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(words, words, words), min_size=1, max_size=40))
def test_an_id_made_in_sql_is_the_one_made_in_python(rows):
    with Duck(threads=1) as engine:
        engine.bind("t", pa.table({name: [row[n] for row in rows] for n, name in enumerate("abc")}))
        made = engine.rows(f"SELECT {content_id_sql('a', 'b', 'c')} AS id FROM t")["id"].to_pylist()
    assert made == [content_id(*row) for row in rows]


def test_an_identity_is_32_digits_of_its_founders_content_id():
    with Duck(threads=1) as engine:
        (row,) = engine.rows(f"SELECT {identity_id_sql('$a')} AS id", a="kx:12").to_pylist()
    assert row["id"] == content_id("identity", "kx:12")[:32]
