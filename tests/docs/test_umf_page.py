"""docs/umf.md is what tools/umf_page.py writes from the map."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import umf_page


def test_the_page_says_what_the_map_says():
    assert umf_page.PAGE.read_text(encoding="utf-8") == umf_page.page()
