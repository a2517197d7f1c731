"""Writes a dump as mysqldump does: header, SET lines, CREATE TABLE, INSERTs of about 1 MB each, footer.

Knows rows as text "(1,'a',NULL)" that are already escaped (`letters.sql_text`); it knows nothing of columns.
"""

from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
import pyarrow as pa

STATEMENT = 1_046_528
_HEAD = """-- MySQL dump 10.19  Distrib 10.3.38-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: {name}
-- ------------------------------------------------------
-- Server version	10.3.38-MariaDB-0+deb10u1

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
"""
_TABLE = """
--
-- Table structure for table `{name}`
--

DROP TABLE IF EXISTS `{name}`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8 */;
CREATE TABLE `{name}` (
{columns}
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `{name}`
--

LOCK TABLES `{name}` WRITE;
/*!40000 ALTER TABLE `{name}` DISABLE KEYS */;
"""
_TABLE_END = """/*!40000 ALTER TABLE `{name}` ENABLE KEYS */;
UNLOCK TABLES;
"""
_FOOT = """/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;

-- Dump completed
"""


class Dump:
    """One dump being written; tables come one after another. Closing it writes the footer."""

    def __init__(self, path: Path, name: str) -> None:
        """Open the file and write the header. `name` is the database's."""
        self._file: BinaryIO = path.open("wb", buffering=1 << 20)
        self._name = ""
        self._open = 0
        self._file.write(_HEAD.format(name=name).encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._end_table()
            self._file.write(_FOOT.encode())
        self._file.close()

    def table(self, name: str, columns: str) -> None:
        """Begin a table; `columns` are the lines between the brackets of its CREATE TABLE."""
        self._end_table()
        self._name = name
        self._file.write(_TABLE.format(name=name, columns=columns.strip("\n")).encode())

    def _end_table(self) -> None:
        self._end_statement()
        if self._name:
            self._file.write(_TABLE_END.format(name=self._name).encode())
        self._name = ""

    def _end_statement(self) -> None:
        if self._open:
            self._file.write(b";\n")
        self._open = 0

    def rows(self, rows: pa.Array) -> None:
        """Rows of the present table, each as ",(…)" with its leading comma (the first of a statement loses it)."""
        data = rows if pa.types.is_binary(rows.type) else rows.cast(pa.binary())
        offsets = np.frombuffer(data.buffers()[1], dtype=np.int32)[data.offset : data.offset + len(data) + 1]
        text = memoryview(data.buffers()[2]) if len(data) else memoryview(b"")
        opening = f"INSERT INTO `{self._name}` VALUES ".encode()
        row = 0
        while row < len(data):
            start = int(offsets[row])
            # A statement that is still to begin loses the comma of its first row.
            room = STATEMENT - (self._open or len(opening) - 1)
            end = int(np.searchsorted(offsets, start + room, side="right")) - 1
            if end <= row:
                if self._open:
                    self._end_statement()
                    continue
                end = row + 1
            if not self._open:
                self._file.write(opening)
                self._open = len(opening)
                start += 1
            self._file.write(text[start : int(offsets[end])])
            self._open += int(offsets[end]) - start
            row = end
