"""Which engine a node runs its steps on. An engine is imported, and started, only where it is asked for."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from fanal.base.errors import FanalError

if TYPE_CHECKING:
    from fanal.engine.door import Engine

ENGINES = ("duckdb", "spark")
Opened: TypeAlias = "Callable[[], AbstractContextManager[Engine]]"


class SparkNotInstalled(FanalError):
    """The node asks for Spark, and this installation has none."""

    code = "F-ENGINE-03"
    text = (
        "fanal.toml asks for the engine spark, and this installation has none; install Fanal with its extra `spark`, "
        "or set engine to duckdb."
    )


@dataclass(frozen=True)
class Choice:
    """What fanal.toml says of the engine.

    Attributes:
        engine: one of ENGINES.
        master: Spark's own address of a cluster, or `local[N]` for N cores of this machine.
        memory: of Spark's driver, as Java writes it; on one machine that is all there is.
        scratch: folder for Spark's tables between statements; a cluster's executors must see it under the same
            path. None: a temporary one.
        conf: further settings of Spark, by their names there.
    """

    engine: str = "duckdb"
    master: str = "local[*]"
    memory: str = "4g"
    scratch: Path | None = None
    conf: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def engines(choice: Choice) -> Iterator[Opened]:
    """What opens an engine for one job, while the context lasts.

    Raises:
        SparkNotInstalled: see it. NoJava: from the first engine that is opened, see `engine.java`.
    """
    if choice.engine == "duckdb":
        from fanal.engine.duck import Duck  # noqa: PLC0415  most commands read what fanal.toml says, and run nothing

        yield Duck
        return
    if find_spec("pyspark") is None:
        raise SparkNotInstalled
    from fanal.engine.spark import SparkHouse, SparkSettings  # noqa: PLC0415  half a second, for those who ask for it

    with ExitStack() as held:

        @cache
        def house() -> SparkHouse:
            return held.enter_context(
                SparkHouse(SparkSettings(choice.master, choice.memory, choice.scratch, choice.conf))
            )

        # Where nothing is out of date no engine is opened, and no Spark started.
        yield lambda: house().engine()
