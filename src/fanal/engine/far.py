"""A folder or file that is not on this machine's own disk: an object store or HDFS, as pyarrow reaches it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit, urlunsplit

from fanal.base.errors import FanalError

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

#: Spark's own name of a scheme, where it has another than pyarrow.
_SPARK = {"s3": "s3a"}
_ARROW = {"s3a": "s3", "s3n": "s3"}


class PlaceUnreachable(FanalError):
    """An object store or HDFS refused, or did not answer."""

    code = "F-ENGINE-07"
    text = "{place} cannot be reached: {detail}. Check the address and who may read and write there."
    again = True


@dataclass(frozen=True)
class Far:
    """A place named by a URL such as `s3://bucket/lake` or `hdfs://host:8020/lake`. It joins with `/` as a Path does.

    Attributes:
        url: of the place. What follows `?` are pyarrow's options of the file system (endpoint_override, region).
        home: folder on this machine that belongs to the place: where it is locked and files are staged.
    """

    url: str
    home: Path

    def __truediv__(self, below: str) -> "Far":
        parts = urlsplit(self.url)
        return Far(urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{below}")), self.home)

    def __str__(self) -> str:
        return self.url

    @property
    def name(self) -> str:
        """The last part of the path."""
        return urlsplit(self.url).path.rstrip("/").rpartition("/")[2]

    @property
    def for_spark(self) -> str:
        """The URL as Spark's own connectors take it; they have their options elsewhere."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(scheme=_SPARK.get(parts.scheme, parts.scheme), query=""))

    @property
    def path(self) -> str:
        """The path inside the file system."""
        parts = urlsplit(self.url)
        return (parts.netloc + parts.path if _scheme(parts.scheme) == "s3" else parts.path).rstrip("/")

    @property
    def filesystem(self) -> "FileSystem":
        """The file system that holds it. Raises PlaceUnreachable."""
        parts = urlsplit(self.url)
        root = urlunsplit((_scheme(parts.scheme), parts.netloc, "", parts.query, ""))
        return self._asked(partial(file_system, root))

    def is_file(self) -> bool:
        """Whether it is there, and a file."""
        return bool(self._asked(lambda: self.filesystem.get_file_info(self.path)).is_file)

    def read_bytes(self) -> bytes:
        """The whole file."""

        def read() -> bytes:
            with self.filesystem.open_input_stream(self.path) as stream:
                return bytes(stream.read())

        return bytes(self._asked(read))

    def names(self) -> list[str]:
        """What lies in the folder, files and folders; nothing where it is not there."""
        from pyarrow.fs import FileSelector  # noqa: PLC0415  see _asked

        found = self._asked(
            lambda: self.filesystem.get_file_info(FileSelector(self.path, allow_not_found=True, recursive=False))
        )
        return sorted(info.base_name for info in found)

    def write_whole(self, data: bytes) -> None:
        """Write a file that is not there yet, so that no one sees a part of it: under another name, then renamed."""
        parts = urlsplit(self.url)
        part = Far(urlunsplit(parts._replace(path=parts.path + ".new")), self.home)

        def write() -> None:
            self.filesystem.create_dir(self.path.rpartition("/")[0], recursive=True)
            with self.filesystem.open_output_stream(part.path) as stream:
                stream.write(data)
            self.filesystem.move(part.path, self.path)

        self._asked(write)

    def take(self, file: Path) -> None:
        """Copy a file of this machine there."""

        def copy() -> None:
            self.filesystem.create_dir(self.path.rpartition("/")[0], recursive=True)
            with file.open("rb") as source, self.filesystem.open_output_stream(self.path) as stream:
                while block := source.read(1 << 20):
                    stream.write(block)

        self._asked(copy)

    def remove(self) -> None:
        """Delete the file, or the folder with all that lies in it."""
        from pyarrow.fs import FileType  # noqa: PLC0415  see _asked

        info = self._asked(lambda: self.filesystem.get_file_info(self.path))
        if info.type == FileType.Directory:
            self._asked(lambda: self.filesystem.delete_dir(self.path))
        elif info.is_file:
            self._asked(lambda: self.filesystem.delete_file(self.path))

    def _asked(self, act: Callable[[], Any]) -> Any:
        import pyarrow as pa  # noqa: PLC0415  most lakes lie on this machine, and most commands read no Parquet

        try:
            return act()
        except (OSError, pa.ArrowException) as e:
            raise PlaceUnreachable(place=self.url, detail=str(e).splitlines()[0]) from e


#: Where a lake's files lie.
Place: TypeAlias = Path | Far


def _scheme(scheme: str) -> str:
    return _ARROW.get(scheme, scheme)


@cache
def file_system(root: str) -> "FileSystem":
    """The file system of a URL without path."""
    from pyarrow.fs import FileSystem  # noqa: PLC0415  see Far._asked

    return FileSystem.from_uri(root)[0]
