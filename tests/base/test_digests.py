import hashlib

from hypothesis import given
from hypothesis import strategies as st

from fanal.base.digests import canonical_json, content_id, digest_of_parts, sha256_bytes, sha256_file

FIELDS = st.lists(st.text(), max_size=5)


@given(FIELDS, FIELDS)
def test_two_lists_of_fields_share_a_content_id_only_where_they_are_equal(one, other):
    assert (content_id(*one) == content_id(*other)) == (one == other)


def test_a_content_id_is_sha256_over_length_prefixed_fields():
    expected = hashlib.sha256(b"\0" * 7 + b"\x01a" + b"\0" * 7 + b"\x02bc").hexdigest()
    assert content_id("a", "bc") == expected


def test_moving_a_character_over_a_field_border_changes_the_id():
    assert content_id("ab", "c") != content_id("a", "bc")


def test_canonical_json_does_not_depend_on_the_order_of_keys():
    assert canonical_json({"b": 1, "a": [True, None]}) == b'{"a":[true,null],"b":1}'


def test_a_set_of_digests_has_one_digest_whatever_its_order():
    assert digest_of_parts(["aa", "bb"]) == digest_of_parts(["bb", "aa"])
    assert digest_of_parts(["aa", "bb"]) != digest_of_parts(["aa"])


def test_a_file_has_the_digest_of_its_bytes(tmp_path):
    path = tmp_path / "exhibit"
    path.write_bytes(b"x" * 3_000_000)
    assert sha256_file(path) == sha256_bytes(b"x" * 3_000_000)
