"""The walls around a process that opens hostile files: no network, no other programs, bounded resources.

This module imports nothing heavy: the kernel lets only a process with one thread leave its
namespaces, and numpy or DuckDB start threads on import. It is no sandbox against a reader that is
hostile itself: readers are Fanal's own code, the bytes they read are not.
"""

import ctypes
import gc
import json
import os
import resource
import signal
import sys
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from fanal.base.leaving import leave

GIB = 1 << 30
#: How often a child looks for garbage. Its modules are none, and its rows lie outside of the interpreter's objects.
GARBAGE = (100_000, 20, 20)
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES, _PARENT_DEATH_SIGNAL = 38, 1
_REFUSED_EVENTS = frozenset(
    {
        "socket.__new__",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.fork",
        "os.forkpty",
    }
)
#: What a child keeps of the environment: nothing that could be a secret or a setting of the node.
ENVIRONMENT = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "LC_ALL", "LC_MESSAGES", "FANAL_LANG", "HOME")


@dataclass(frozen=True)
class Limits:
    """What a child may use.

    Attributes:
        address_space: bytes of virtual memory. Arrow, DuckDB and numba reserve far more than they
            use: below 4 GiB they die on import.
        memory: bytes of its own resident memory (RssAnon), watched by the parent.
        cpu_s: seconds of processor time.
        wall_s: seconds from start to end, watched by the parent.
        grace_s: seconds that a child gets to end by itself once it was asked to.
        file_bytes: bytes of any one file that it writes.
        open_files: file handles.
    """

    address_space: int = 12 * GIB
    memory: int = 4 * GIB
    cpu_s: int = 6 * 3600
    wall_s: float = 12 * 3600
    grace_s: float = 600
    file_bytes: int = 256 * GIB
    open_files: int = 512


def command(entry: str, limits: Limits, *, lean: bool = False) -> list[str]:
    """The command line of a child that seals itself off and then calls `entry` ("module:function").

    Args:
        entry: what it calls.
        limits: what it may use.
        lean: whether it goes without pandas and scipy: only where nothing that `entry` imports needs them.
    """
    walls = json.dumps({**asdict(limits), "parent": os.getpid(), "lean": lean})
    return [sys.executable, "-P", "-m", "fanal.evidence.isolation", walls, entry]


def environment(scratch: Path) -> dict[str, str]:
    """The environment of a child whose temporary files lie in `scratch`."""
    kept = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    # Each malloc arena and each idle BLAS thread reserves address space that counts against the limit.
    return {**kept, "TMPDIR": str(scratch), "MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1"}


def resident(process: int) -> int:
    """Bytes of memory that a process holds for itself: RssAnon. 0 where it is gone."""
    try:
        for line in Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0


def seal_off(limits: dict[str, Any]) -> str:
    """Put up the walls around the present process, for good.

    Args:
        limits: the fields of Limits, and `parent`, the process to die with.

    Returns:
        How the network was closed: "namespace" (by the kernel), or "hook" where the kernel refuses
        a network namespace and only Python's own sockets are blocked.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != limits["parent"]:
        sys.exit(1)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    os.umask(0o077)
    closed = _leave_network(libc)
    for what, most, slack in (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_AS, limits["address_space"], 0),
        # At the lower one comes a signal, each second anew, that says why.
        (resource.RLIMIT_CPU, limits["cpu_s"], int(limits["grace_s"]) + 2),
        (resource.RLIMIT_FSIZE, limits["file_bytes"], 0),
        (resource.RLIMIT_NOFILE, limits["open_files"], 0),
    ):
        hard = resource.getrlimit(what)[1]
        highest = most + slack if hard == resource.RLIM_INFINITY else min(most + slack, hard)
        resource.setrlimit(what, (min(most, highest), highest))
    sys.addaudithook(_refuse)
    return "namespace" if closed else "hook"


def _leave_network(libc: ctypes.CDLL) -> bool:
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_NEW_USER | _NEW_NET) == 0:
        # Map the one user there is, so that names and owners of files look as they did.
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            try:
                Path("/proc/self", name).write_text(text, encoding="ascii")
            except OSError:
                break
        return True
    return bool(libc.unshare(_NEW_NET) == 0)


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in _REFUSED_EVENTS:
        raise PermissionError(event)


def tell(closed: str) -> None:
    """Entry of a child that only says how its network was closed, for `fanal doctor`."""
    sys.stdout.write(closed)


class _Without:
    """Finds neither pandas nor scipy. No reader uses them, and pyarrow and numba import them where they are there.

    Half a second. Numba looks only for the matrix products that scipy brings, of which no loop of a reader has one.
    """

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:  # noqa: ARG002  the protocol
        """See importlib.abc.MetaPathFinder.find_spec. Raises ModuleNotFoundError for the two."""
        if name in ("pandas", "scipy"):
            raise ModuleNotFoundError(name)


def go_without() -> None:
    """Let this process, which reads and does nothing else, find neither pandas nor scipy, once it has begun."""
    sys.meta_path.insert(0, _Without())


def main() -> None:
    """Entry of the child: walls first, then what was asked for."""
    walls, entry = sys.argv[1:]
    told = json.loads(walls)
    closed = seal_off(told)
    gc.set_threshold(*GARBAGE)
    if told["lean"]:
        go_without()
    module, _, function = entry.partition(":")
    getattr(import_module(module), function)(closed)
    leave()


if __name__ == "__main__":
    main()
