"""How one CASE/UCO document writes its names: its @context, as SQL that takes the writing off.

Known are the vocabularies of CASE and UCO, and Fanal's extension of them; what a document calls them does not
matter. No other context is followed, and none is fetched.
"""

import re
from collections.abc import Mapping
from typing import Any

_KNOWN = re.compile(r"(?:unifiedcyberontology|caseontology)\.org/|/ontology/(?:uco|case)/|//fanal\.invalid/ontology/")
#: What documents call the vocabularies where their context lies elsewhere.
_USUAL = (
    "case", "case-investigation", "investigation", "uco", "uco-action", "action", "uco-core", "core", "uco-identity",
    "identity", "uco-location", "location", "uco-observable", "observable", "uco-tool", "tool", "uco-types", "types",
)  # fmt: skip
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,40}")
_MOST = 60
_IRI = r"https?://[^\"\s]*(?:unifiedcyberontology\.org|caseontology\.org|fanal\.invalid)/[^\"\s]*[/#]"
_TEXT = r'"(?:[^"\\]|\\.)*"'
_PLAIN = rf"({_TEXT}|[-+0-9.eE]+|true|false)"
#: A typed value, its type before or behind it, and a reference.
TYPED_FIRST = rf'\{{\s*"@type"\s*:\s*"[^"]*"\s*,\s*"@value"\s*:\s*{_PLAIN}\s*\}}'
TYPED_LAST = rf'\{{\s*"@value"\s*:\s*{_PLAIN}(?:\s*,\s*"@(?:type|language)"\s*:\s*"[^"]*")?\s*\}}'
REFERENCE = rf'\{{\s*"@id"\s*:\s*({_TEXT})\s*\}}'


def literal(value: str) -> str:
    """Text as a SQL string."""
    return "'" + value.replace("'", "''") + "'"


def prefixes(context: Any) -> dict[str, str]:
    """The prefixes that a context declares, with their IRIs."""
    found: dict[str, str] = {}
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, dict):
            for name, said in part.items():
                iri = said.get("@id") if isinstance(said, dict) else said
                if isinstance(iri, str) and _PREFIX.fullmatch(name) and iri.endswith(("/", "#", ":")):
                    found[name] = iri
    return dict(list(found.items())[:_MOST])


def key_pattern(declared: Mapping[str, str]) -> str:
    """A regular expression for keys of the known vocabularies; its first group is the local name."""
    own = [name for name, iri in declared.items() if _KNOWN.search(iri)]
    usual = [name for name in _USUAL if name not in declared]
    either = "|".join(re.escape(name) for name in [*own, *usual])
    return rf'"(?:(?:{either}):|{_IRI})([A-Za-z][A-Za-z0-9_]*)"\s*:'


def aliased(expression: str, context: Any) -> str:
    """SQL that gives keys their own name where a context calls a known term otherwise."""
    declared = prefixes(context)
    for part in context if isinstance(context, list) else [context]:
        for name, said in list(part.items())[: 4 * _MOST] if isinstance(part, dict) else ():
            iri = said.get("@id") if isinstance(said, dict) else said
            if not isinstance(iri, str) or not _PREFIX.fullmatch(name) or name in declared:
                continue
            prefix, _, rest = iri.partition(":")
            whole = declared.get(prefix, prefix + ":") + rest
            local = re.split(r"[/#:]", whole)[-1]
            if _KNOWN.search(whole) and local != name and re.fullmatch(r"[A-Za-z]\w*", local):
                pattern = rf'"{re.escape(name)}"\s*:'
                own = literal(f'"{local}":')
                expression = f"regexp_replace({expression}, {literal(pattern)}, {own}, 'g')"
    return expression


def id_of(expression: str, declared: Mapping[str, str]) -> str:
    """SQL for the IRI that an id or a reference stands for: prefixes of the document written out."""
    said = f"CASE WHEN starts_with({expression}, '{{') THEN {expression} ->> '$.\"@id\"' ELSE {expression} END"
    whens = " ".join(
        f"WHEN starts_with(said, {literal(name + ':')}) AND NOT starts_with(said, {literal(name + '://')}) "
        f"THEN {literal(iri)} || substr(said, {len(name) + 2})"
        for name, iri in declared.items()
    )
    return f"list_transform([{said}], lambda said: CASE {whens} ELSE said END)[1]" if whens else f"({said})"


def first(column: str, *names: str) -> str:
    """SQL for the first value of the first of these properties that is there."""
    said = (
        f"CASE json_type({column}, '$.{name}') WHEN 'ARRAY' THEN {column} ->> '$.{name}[0]' "
        f"ELSE {column} ->> '$.{name}' END"
        for name in names
    )
    return f"coalesce({', '.join(said)})"


def every(column: str, name: str) -> str:
    """SQL for all values of a property as a list of text, NULL where it is not there."""
    return (
        f"CASE json_type({column}, '$.{name}') WHEN 'ARRAY' THEN json_extract_string({column}, '$.{name}[*]') "
        f"WHEN 'NULL' THEN NULL ELSE CASE WHEN json_exists({column}, '$.{name}') THEN [{column} ->> '$.{name}'] END END"
    )


def types(column: str) -> str:
    """SQL for the local names of an object's types."""
    listed = (
        f"CASE json_type({column}, '$.\"@type\"') WHEN 'ARRAY' THEN json_extract_string({column}, '$.\"@type\"[*]') "
        f"ELSE [{column} ->> '$.\"@type\"'] END"
    )
    return f"list_transform({listed}, lambda said: coalesce(regexp_extract(said, '([A-Za-z0-9_]+)$', 1), ''))"
