"""The node's settings as an administrator changes them: shown with what each means, validated, on record."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.base.digests import sha256_bytes
from fanal.base.errors import FanalError
from fanal.base.files import replace_file
from fanal.base.language import PACKAGE_LANGUAGES, translate
from fanal.cases.access import Actor, may
from fanal.cases.changeable import SETTINGS, Setting, Value, written
from fanal.cases.node import CONFIG, Node, read_config
from fanal.cases.outbox import record

#: Folders of a node that hold what no officer adds as an exhibit.
_OWN = ("keys", "evidence", "lake", "audit", "packages", "lists", "scratch")


class BadSetting(FanalError):
    """A value that a setting cannot have."""

    code = "F-SET-01"
    text = "{setting} cannot be {value}: {detail}. Nothing was changed."
    exit_code = 2


class SettingsChanged(FanalError):
    """The file was changed while somebody had the page open."""

    code = "F-SET-02"
    text = "The settings were changed since the page was opened; open it again, then change what you want."


def show_settings(actor: Actor, node: Node) -> dict[str, Any]:
    """The settings that may be changed.

    Returns:
        `seen` (a digest of the file, for `change_settings`), `settings` (rows: name, section, label, means, usual,
        value, least, most; in the reader's language).
    """
    may(actor, "setting.read")
    raw = (node.folder / CONFIG).read_bytes()
    told = tomllib.loads(raw.decode())
    rows = [
        {
            "name": one.name,
            "section": one.section,
            "label": translate(one.label),
            "means": translate(one.means),
            "usual": one.usual,
            "value": told.get(one.section, {}).get(one.key, one.usual),
            "least": one.least,
            "most": one.most,
        }
        for one in SETTINGS
    ]
    return {"seen": sha256_bytes(raw), "settings": rows}


def change_settings(actor: Actor, node: Node, wanted: Mapping[str, str], seen: str) -> list[str]:
    """Change settings, all or none.

    Args:
        wanted: name to value, as it was typed; what is not named stays.
        seen: the digest of the file that who asks has read.

    Returns:
        The names of those that are new.

    Raises:
        BadSetting, SettingsChanged, BadConfig: nothing is changed.
    """
    may(actor, "setting.change")
    path = node.folder / CONFIG
    raw = path.read_bytes()
    if sha256_bytes(raw) != seen:
        raise SettingsChanged
    told = tomllib.loads(raw.decode())
    changes: dict[Setting, Value] = {}
    for one in SETTINGS:
        if one.name in wanted:
            value = _value(one, wanted[one.name].strip(), node)
            if value != told.get(one.section, {}).get(one.key, one.usual):
                changes[one] = value
    if not changes:
        return []
    made = written(raw.decode(), changes).encode()
    read_config(path, made)
    with transaction.atomic():
        for one, value in changes.items():
            before = told.get(one.section, {}).get(one.key, one.usual)
            record(actor, "setting.change", one.name, before=before, after=value)
        replace_file(path, made, mode=0o600)
    return [one.name for one in changes]


def _value(setting: Setting, typed: str, node: Node) -> Value:
    """What was typed, as the file has it. Raises BadSetting."""
    if isinstance(setting.usual, str):
        if setting.key == "watched" and typed:
            _check_folder(setting, typed, node)
        if setting.key == "language" and typed not in PACKAGE_LANGUAGES:
            raise _bad(setting, typed, translate("it is one of {known}").format(known=", ".join(PACKAGE_LANGUAGES)))
        return typed
    try:
        number = float(typed) if isinstance(setting.usual, float) else int(typed)
    except ValueError as e:
        raise _bad(setting, typed, translate("it is no number")) from e
    least, most = setting.least or 0, setting.most or 0
    if not least <= number <= most:
        said = translate("it is a number from {least} to {most}").format(least=least, most=most)
        raise _bad(setting, typed, said)
    return number


def _check_folder(setting: Setting, typed: str, node: Node) -> None:
    folder = (node.folder / Path(typed)).resolve()
    if not folder.is_dir():
        raise _bad(setting, typed, translate("there is no such folder"))
    own = [node.folder / name for name in _OWN]
    if node.folder.is_relative_to(folder) or any(folder.is_relative_to(one) for one in own):
        raise _bad(setting, typed, translate("the node keeps its own files there"))


def _bad(setting: Setting, typed: str, detail: str) -> BadSetting:
    return BadSetting(setting=translate(setting.label), value=typed or "-", detail=detail)
