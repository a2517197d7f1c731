"""What a step is: named tables and inputs in, named tables out. It knows no files, no clock, no case store.

A step is one module with one object that satisfies `Step`, its SQL beside it in `<step>.sql`, and
one line in `analyse/registry.py`. The runner binds what it reads and writes what it made.
"""

from collections.abc import Mapping
from typing import Protocol

import pyarrow as pa

from fanal.engine.door import Engine
from fanal.model.inputs import Inputs

Account = dict[str, int | str]


class Step(Protocol):
    """One step of the analysis.

    Attributes:
        name: as `fanal run NAME` takes it; also the stem of its finding and support tables.
        version: rises whenever the same tables would give another result.
        reads: tables that it reads, canonical ones and other steps'. A table that no exhibit and
            no step has written yet is bound empty, with its columns. A table that the step also
            writes is its own last result, bound as `previous_<table>`; it makes no step out of date.
        writes: the tables that it defines, with their columns in order.
        order: for each table written, the ORDER BY that makes its order the same on every run;
            a table left out is ordered by all its columns.
        inputs: names of the fields of `Inputs` that it reads.
    """

    @property
    def name(self) -> str:
        """As `fanal run NAME` takes it."""

    @property
    def version(self) -> int:
        """Rises when the result would differ."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Tables read."""

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        """Tables written, with their columns."""

    @property
    def order(self) -> Mapping[str, str]:
        """ORDER BY of tables written."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Fields of `Inputs` read."""

    def run(self, engine: Engine, inputs: Inputs) -> Account:
        """Define every table of `writes` in the engine, in any row order.

        Returns:
            A short account of what was found, "nothing" included: label to figure.
        """
