"""Settings: shown with what they mean, changed by an administrator alone, validated, on record."""

import pytest

from fanal.cases.access import NotAllowed
from fanal.cases.changeable import SETTINGS, written
from fanal.cases.models.audit import Outbox
from fanal.cases.node import CONFIG, load_node
from fanal.work.settings import BadSetting, SettingsChanged, change_settings, show_settings


def test_a_setting_is_changed_and_all_else_in_the_file_stays(node, first):
    text = (node.folder / CONFIG).read_text()
    seen = show_settings(first, node)["seen"]
    changed = change_settings(first, node, {"desk.idle_minutes": "45", "node.contact": 'desk "7", 24 h'}, seen)
    assert sorted(changed) == ["desk.idle_minutes", "node.contact"]
    after = load_node(node.folder)
    assert (after.desk.idle_minutes, after.contact) == (45, 'desk "7", 24 h')
    kept = [line for line in text.splitlines() if not line.startswith("contact")]
    assert [line for line in (node.folder / CONFIG).read_text().splitlines() if line in kept] == kept
    facts = {row.subject: row.content["facts"] for row in Outbox.objects.filter(verb="setting.change")}
    assert facts["desk.idle_minutes"] == {"before": 30, "after": 45}


@pytest.mark.parametrize(
    "wanted",
    [
        {"desk.idle_minutes": "1"},
        {"desk.upload_mib": "many"},
        {"node.language": "xx"},
        {"desk.watched": "nowhere"},
        {"desk.watched": "keys"},
        {"desk.watched": "."},
        {"media.share": "1.5"},
        {"deconflict.keep_days": "0"},
    ],
)
def test_a_value_that_cannot_be_changes_nothing(wanted, node, first):
    text = (node.folder / CONFIG).read_bytes()
    with pytest.raises(BadSetting):
        change_settings(first, node, {**wanted, "node.contact": "desk 7"}, show_settings(first, node)["seen"])
    assert (node.folder / CONFIG).read_bytes() == text


def test_a_page_that_is_older_than_the_file_changes_nothing(node, first):
    seen = show_settings(first, node)["seen"]
    change_settings(first, node, {"node.contact": "desk 7"}, seen)
    with pytest.raises(SettingsChanged):
        change_settings(first, node, {"node.contact": "desk 8"}, seen)


def test_only_an_administrator_changes_settings(node, first, second):
    seen = show_settings(second, node)["seen"]
    with pytest.raises(NotAllowed):
        change_settings(second, node, {"node.contact": "desk 7"}, seen)


def test_a_setting_of_a_part_that_the_file_lacks_is_added():
    (most,) = [one for one in SETTINGS if one.name == "deconflict.most"]
    assert written("[node]\n", {most: 7}) == "[node]\n\n[deconflict]\nmost = 7\n"
    assert written("[deconflict]\nmost = 5 # few\n[x]\nmost = 1\n", {most: 7}) == (
        "[deconflict]\nmost = 7\n[x]\nmost = 1\n"
    )
