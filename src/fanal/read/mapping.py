"""Mapping a dump: what readers and commands use of it. The parts stand in the modules named here."""

from fanal.read.mapping_draft import Unread, draft, unread
from fanal.read.mapping_errors import MappingError
from fanal.read.mapping_form import Mapping, mapping_for, mapping_of, parse_mapping
from fanal.read.mapping_run import run_mapping
from fanal.read.mapping_yaml import load_yaml
from fanal.read.source_tables import Schema, SourceTable

__all__ = [
    "Mapping",
    "MappingError",
    "Schema",
    "SourceTable",
    "Unread",
    "draft",
    "load_yaml",
    "mapping_for",
    "mapping_of",
    "parse_mapping",
    "run_mapping",
    "unread",
]
