import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from fanal.sample.platform import write_platform


def _events(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()]


def _figures(folder: Path) -> dict[str, Any]:
    figures: dict[str, Any] = json.loads((folder / "truth" / "events-figures.json").read_text(encoding="utf-8"))
    return figures


def _merged(events: list[dict[str, Any]]) -> dict[str, str]:
    """Every person's reference to one reference that stands for him."""
    root: dict[str, str] = {}

    def find(reference: str) -> str:
        while root.setdefault(reference, reference) != reference:
            reference = root[reference]
        return reference

    for event in events:
        if event["event"] == "same_person":
            one, other = event["persons"]
            root[find(one)] = find(other)
    return {e["person"]: find(e["person"]) for e in events if e.get("person")}


def _counted(events: list[dict[str, Any]]) -> dict[str, Any]:
    who = _merged(events)
    done = {(e["reported_by"], e["reference"]): e for e in events if e.get("status") == "done"}.values()
    arrests = {who[e["person"]]: e["country"] for e in done if e["event"] == "arrest"}
    searches = [e["country"] for e in done if e["event"] == "search"]
    return {
        "suspects_identified": len({who[e["person"]] for e in done if e["person"]}),
        "arrests": len(arrests),
        "arrests_by_country": dict(Counter(arrests.values())),
        "searches_by_country": dict(Counter(searches)),
        "countries_sent": len({e["country"] for e in done if e["event"] == "request"}),
        "countries_searched": len(set(searches)),
        "safeguarded": sum(e["event"] == "safeguard" for e in done),
        "events": len(events),
    }


def test_merged_events_amount_to_the_figures_of_the_truth(platform: Path) -> None:
    assert _counted(_events(platform)) == _figures(platform)


def test_counting_references_instead_of_persons_would_inflate_the_figures(platform: Path) -> None:
    events, figures = _events(platform), _figures(platform)
    done = [e for e in events if e.get("status") == "done"]
    assert len({e["person"] for e in done if e["person"]}) > figures["suspects_identified"]
    assert sum(e["event"] == "arrest" for e in done) > figures["arrests"]
    assert sum(e["event"] == "search" for e in done) > sum(figures["searches_by_country"].values())
    assert any(e.get("status") == "planned" and e["event"] == "arrest" for e in events)


def test_at_the_demos_scale_requests_go_to_38_countries_and_searches_follow_in_31(tmp_path: Path) -> None:
    write_platform(tmp_path, 0.01, 1, lambda _stage, _done: None)
    figures = _figures(tmp_path)
    assert (figures["countries_sent"], figures["countries_searched"]) == (38, 31)
    assert (figures["suspects_identified"], figures["arrests"]) == (40, 5)
    assert _counted(_events(tmp_path)) == figures


def test_every_suspects_account_is_his_by_the_truth_of_accounts(platform: Path) -> None:
    events = _events(platform)
    who = _merged(events)
    truth = dict(line.split(",")[:2] for line in (platform / "truth" / "accounts.csv").read_text().splitlines())
    behind: dict[str, set[str]] = {}
    for event in events:
        if event.get("person"):
            behind.setdefault(who[event["person"]], set()).add(truth[event["account"]])
    assert all(len(persons) == 1 for persons in behind.values())
    assert len({p for persons in behind.values() for p in persons}) == len(behind)


@pytest.mark.parametrize("key", ["event", "reference", "reported_by", "country", "at", "status", "conduct", "note"])
def test_every_event_says(platform: Path, key: str) -> None:
    assert all(key in e for e in _events(platform) if e["event"] != "same_person")
