from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_no_two_test_modules_have_one_name() -> None:
    """pytest imports the files of a folder without `__init__.py` by its bare name; a second one is lost."""
    bare = [
        path.name
        for path in TESTS.rglob("*.py")
        if path.name != "conftest.py" and not (path.parent / "__init__.py").exists()
    ]
    assert [name for name, times in Counter(bare).items() if times > 1] == []
    assert len(bare) > 100
