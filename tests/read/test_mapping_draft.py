"""What a mapping leaves unread, and drafts from names."""

from fanal.read.mapping import SourceTable, draft, parse_mapping, unread

SCHEMA = {
    "users": SourceTable(("id", "login", "email", "phone", "created", "avatar"), 10),
    "logins": SourceTable(("id", "user_id", "ts", "ip", "port"), 100),
    "settings": SourceTable(("key", "value"), 3),
    "odd table": SourceTable(("user", "at", "body"), 7),
}


def test_a_draft_is_a_mapping_that_checks_and_says_what_it_leaves_out():
    text = draft(SCHEMA, "mysqldump", "kx")
    mapping = parse_mapping(text, "draft.yaml")
    assert {s.table: [b.table for b in s.branches] for s in mapping.selections} == {
        "account": ["users"],
        "identifier": ["users", "users"],
        "login": ["logins"],
        "message": ["odd table"],
    }
    assert "# Nothing proposed for the table settings." in text
    assert unread(mapping, SCHEMA).absent == ()


def test_a_table_with_a_key_and_an_identifier_is_proposed_as_accounts():
    text = draft({"people": SourceTable(("id", "Login Name", "Tel", "note"), 10)}, "csv", "kx")
    assert 'SELECT id AS native_id, "Login Name" AS username, _row FROM people' in text
    bare = parse_mapping(draft({"people": SourceTable(("uid", "email"), 10)}, "csv", "kx"), "draft.yaml")
    assert [s.table for s in bare.selections] == ["account", "identifier"]


def test_a_table_that_names_its_accounts_besides_its_key_is_not_proposed_as_accounts():
    assert "tables: {}" in draft({"orders": SourceTable(("id", "user_id", "email"), 10)})
    assert "tables: {}" in draft({"orders": SourceTable(("id", "author", "email"), 10)})


def test_a_draft_of_tables_that_say_nothing_maps_nothing():
    assert "tables: {}" in draft({"settings": SCHEMA["settings"]})


def test_what_no_select_reads_is_listed_with_its_rows():
    text = draft({"users": SCHEMA["users"]}, "mysqldump", "kx")
    left = unread(parse_mapping(text, "m"), SCHEMA)
    assert left.tables == {"logins": 100, "settings": 3, "odd table": 7}
    assert left.rows == 110
    assert left.columns == ("users.avatar",)


def test_what_the_exhibit_does_not_have_is_listed():
    mapping = parse_mapping(draft(SCHEMA, "mysqldump", "kx"), "m")
    without = {"users": SourceTable(("id", "login", "email", "created"), 1)}
    assert unread(mapping, without).absent == ("logins", "odd table", "users.phone")
