import importlib
import pkgutil
import re
import string

import fanal
from fanal.base.errors import FanalError
from fanal.base.language import speaking
from fanal.cases.access import NotAllowed


def every_error():
    for module in pkgutil.walk_packages(fanal.__path__, "fanal."):
        # Only the desk's own processes load its pages; what it refuses stands in a module that all can load.
        desk = module.name.startswith("fanal.web.") and module.name != "fanal.web.errors"
        if ".migrations" not in module.name and not module.name.endswith("__main__") and not desk:
            importlib.import_module(module.name)
    found, waiting = [], [FanalError]
    while waiting:
        waiting += (children := waiting.pop().__subclasses__())
        found += children
    return [error for error in found if error.__module__.startswith("fanal.")]


def test_every_error_has_a_code_of_its_own():
    codes = {}
    for error in every_error():
        if "code" in vars(error):
            codes.setdefault(error.code, []).append(error.__qualname__)
    assert codes
    assert {code: names for code, names in codes.items() if len(names) > 1} == {}


def test_every_code_has_the_form_that_documents_search_for():
    assert [e.code for e in every_error() if not re.fullmatch(r"F-[A-Z]+-\d\d", e.code)] == []


def test_every_error_is_one_line_that_names_its_fields():
    for error in every_error():
        assert "\n" not in error.text
        list(string.Formatter().parse(error.text))


def test_the_line_is_in_the_readers_language():
    error = NotAllowed(officer="7", verb="case.run", where="kx", roles="analyst")
    with speaking("fr"):
        french = error.line()
    with speaking("en"):
        assert error.line() != french


def test_control_characters_in_a_field_do_not_reach_the_terminal():
    assert "\x1b" not in NotAllowed(officer="\x1b[2J", verb="v", where="w", roles="r").line()
