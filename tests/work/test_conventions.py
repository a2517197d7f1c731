"""What must hold of every use case and of every command, walked rather than listed."""

import ast
import importlib
import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from whole_case import Case, typed

import fanal
import fanal.work
from fanal.base.errors import FanalError
from fanal.cases.access import VERBS
from fanal.cli.registry import COMMANDS

SOURCE = Path(fanal.__file__).parent
FIGURES = {
    "accounts",
    "identities",
    "persons",
    "videos",
    "video_hours",
    "videos_per_hour",
    "logins",
    "payments",
    "messages",
    "countries_sent",
    "suspects_identified",
    "arrests",
    "arrests_by_country",
    "searches_by_country",
    "minors",
    "victims_identified",
    "rejects",
}
#: What the command line may know of below the use cases: words, people, places, never a table.
BELOW_WORK = (
    "fanal.base",
    "fanal.model",
    "fanal.cases.access",
    "fanal.cases.node",
    "fanal.cases.session",
    "fanal.cases.ready",
)
#: Modules that start an edge of their own, say what they examine, or name a type alone, and what they need for it.
EXCEPT = {
    "bench": ("fanal.bench",),
    "demo": (),
    "doctor": ("fanal.analyse.compiling", "fanal.evidence", "fanal.media.compiling", "fanal.read"),
    "identities": ("fanal.analyse.origin", "fanal.analyse.pages", "fanal.analyse.threshold"),
    "leads": ("fanal.analyse.leads", "fanal.exchange.spoken"),
    "main": ("fanal.cases.store",),
    "sample": ("fanal.sample",),
    "session": ("fanal.cases.models.offices", "fanal.cases.store"),
}


def use_cases() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted((SOURCE / "work").glob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield path.stem, node


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages([str(SOURCE)], "fanal."):
        # Only the desk's own processes load its pages; what it refuses stands in a module that all can load.
        desk = found.name.startswith("fanal.web.") and found.name != "fanal.web.errors"
        if not found.name.endswith("__main__") and not desk:
            yield importlib.import_module(found.name)


def errors() -> list[type[FanalError]]:
    list(modules())
    waiting, found = [FanalError], []
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += one.__subclasses__()
    return [error for error in dict.fromkeys(found) if error.__module__.startswith("fanal.")]


# Checked by name and without an actor: what reads no store and decides nothing.
PURE = {("nodes", "check_service_number"), ("operations", "check_slug")}
CASES = [(module, node) for module, node in use_cases() if (module, node.name) not in PURE]


def test_there_are_use_cases_to_walk() -> None:
    assert len(CASES) > 30


@pytest.mark.parametrize(("module", "node"), CASES, ids=[f"{module}.{node.name}" for module, node in CASES])
def test_every_use_case_takes_an_actor_and_asks_may_first(module: str, node: ast.FunctionDef) -> None:
    assert node.args.args[0].arg == "actor"
    assert ast.get_docstring(node)
    first = node.body[1]
    assert isinstance(first, ast.Expr)
    call = first.value
    assert isinstance(call, ast.Call)
    assert ast.unparse(call.func) == "may"
    assert ast.unparse(call.args[0]) == "actor"
    verb = ast.literal_eval(call.args[1])
    assert verb in VERBS or verb == "node.init"
    names = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
    if "operation" in names:
        assert [ast.unparse(argument) for argument in call.args[2:]] == ["operation.slug"]


def test_every_verb_is_asked_for_somewhere() -> None:
    asked = {
        ast.literal_eval(call.args[1])
        for path in (SOURCE / "work").glob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "may"
    }
    assert set(VERBS) - asked == {"node.administer"} & set(VERBS)


def test_error_codes_are_given_once() -> None:
    own = [error for error in errors() if "code" in vars(error)]
    codes = [error.code for error in own]
    assert sorted(codes) == sorted(set(codes))
    assert len(codes) > 60


def test_every_error_is_one_line_that_ends() -> None:
    for error in errors():
        assert "\n" not in error.text
        assert error.exit_code in (1, 2)
        assert error.code.startswith("F-"), error


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


CLI = sorted((SOURCE / "cli").glob("*.py"))


@pytest.mark.parametrize("path", CLI, ids=[path.stem for path in CLI])
def test_the_command_line_calls_work_and_nothing_below(path: Path) -> None:
    allowed = (*BELOW_WORK, *EXCEPT.get(path.stem, ()), "fanal.work", "fanal.cli")
    below = {name for name in imported(path) if name.startswith("fanal.") and not name.startswith(allowed)}
    assert below == set()
    assert not {name for name in imported(path) if name.split(".")[0] in ("duckdb", "django", "pyarrow")}


#: Prints the help of every command and of every command of a group, in the language of the environment.
HELP_OF_ALL = """
import io, json
from contextlib import redirect_stdout
from fanal.cli.main import main
from fanal.cli.registry import COMMANDS, load
def told(*words):
    out = io.StringIO()
    with redirect_stdout(out):
        assert main([*words, "--help"]) == 0
    return out.getvalue()
found = {}
for name in COMMANDS:
    found[name] = told(name)
    for one in getattr(load(name), "registered_commands", ()):
        found[f"{name} {one.name}"] = told(name, one.name)
print(json.dumps(found))
"""


def helps(language: str) -> dict[str, str]:
    """The help of every command, by what is typed."""
    call = [sys.executable, "-c", HELP_OF_ALL]
    told = subprocess.run(call, env={**os.environ, "FANAL_LANG": language}, capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(told.stdout)
    return found


def test_every_command_has_help_in_english_and_french() -> None:
    english, french = helps("en"), helps("fr")
    assert set(english) == set(french)
    assert len(english) > 45
    for command, told in english.items():
        lines = told.splitlines()
        sentences = [line.strip() for line in lines if len(line.split()) > 3 and not line.startswith("Usage")]
        assert sentences, command
        assert not [sentence for sentence in sentences if sentence in french[command]], command


def test_the_front_page_lists_every_command() -> None:
    out = typed("--help").out
    for name in COMMANDS:
        assert f"  {name} " in out


def test_figures_have_every_key_that_scripts_rely_on(whole: Case) -> None:
    for operation in ("kx", "group-7"):
        assert set(whole.figures(operation)) >= FIGURES


def test_status_has_every_key_that_scripts_rely_on(whole: Case) -> None:
    found = whole.do("desk", "status", "--op", "kx", "--format", "json").json
    assert set(found) >= {"exhibits", "tables"}
    for exhibit in found["exhibits"]:
        assert set(exhibit) >= {"exhibit", "path", "reader", "rows"}
        for rows in exhibit["rows"].values():
            assert set(rows) == {"source", "read", "rejected", "unmapped"}
    assert found["tables"]["account"] > 0


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "text"])
def test_results_alone_go_to_standard_output(whole: Case, form: str) -> None:
    for command in ("status", "figures", "identities", "leads", "persons"):
        said = whole.do("desk", command, "--op", "kx", "--format", form)
        assert said.out
        assert said.err == ""


def test_the_version_is_told() -> None:
    assert typed("--version").out == f"fanal {fanal.__version__}\n"
