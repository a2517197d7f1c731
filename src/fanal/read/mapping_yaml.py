"""The text of a mapping file as keys and values, no word of it checked yet."""

from collections.abc import Hashable
from typing import Any

import yaml

from fanal.base.language import translate
from fanal.read.mapping_errors import MappingError


class _OnceLoader(yaml.SafeLoader):
    """Safe YAML in which a key may stand only once: the second would silently replace the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load_yaml(text: str, path: str) -> dict[str, Any]:
    """The keys and values of a mapping file, not yet checked. Raises MappingError where it is no YAML object."""
    try:
        data = yaml.load(text, _OnceLoader)  # noqa: S506  a SafeLoader
    except yaml.YAMLError as e:
        mark = getattr(e, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        detail = translate("broken YAML in line {line}: {problem}")
        raise MappingError(path=path, detail=detail.format(line=line, problem=getattr(e, "problem", None) or e)) from e
    if not isinstance(data, dict):
        raise MappingError(path=path, detail=translate("not a mapping: no keys and values"))
    return data
