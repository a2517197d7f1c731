"""`fanal serve`: the desk, in a browser."""

import json
import os
import secrets
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from fanal.cases.node import DESK_SECRET, Node
from fanal.cli.output import say
from fanal.cli.session import Session
from fanal.cli.words import HELP

PORT = 8437


def serve_command(
    ctx: typer.Context,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help=HELP["serve_host"])] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="N", help=HELP["serve_port"])] = PORT,
    workers: Annotated[int, typer.Option("--workers", metavar="N", help=HELP["serve_workers"])] = 2,
    https: Annotated[bool, typer.Option("--behind-https", help=HELP["serve_https"])] = False,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help=HELP["serve_worker"])] = True,
) -> None:
    """Serve the node's desk until it is stopped."""
    session: Session = ctx.obj
    around = environment(session.node, host, https=https)
    say(
        "The desk of {agency}: http://{host}:{port}/ (Ctrl+C stops it)",
        agency=session.node.agency,
        host=host,
        port=port,
    )
    prepare(around)
    if worker:
        _worker_beside(around)
    gunicorn = [
        sys.executable,
        "-m",
        "gunicorn",
        "fanal.web.wsgi",
        "--bind",
        f"{host}:{port}",
        "--workers",
        str(workers),
    ]
    command = [*gunicorn, "--threads", "4", "--timeout", "600", "--log-level", "warning"]
    os.execve(command[0], command, around)  # noqa: S606  the program is this Python


def _worker_beside(around: dict[str, str]) -> None:
    """Start the worker of long work; it ends when this process, and what it becomes, is gone."""
    theirs, ours = os.pipe()
    command = [sys.executable, "-m", "django", "worker", "--with-parent"]
    subprocess.Popen(command, env=around, stdin=theirs, start_new_session=True)
    os.close(theirs)
    os.set_inheritable(ours, True)


def prepare(around: dict[str, str]) -> None:
    """Bring the desk's own tables up to date."""
    for command in ("migrate", "createcachetable"):
        subprocess.run([sys.executable, "-m", "django", command, "--verbosity", "0"], env=around, check=True)


def environment(node: Node, host: str, *, https: bool = False) -> dict[str, str]:
    """What the desk's processes are told. What is uploaded comes into the node's scratch folder."""
    (node.folder / "scratch").mkdir(mode=0o700, exist_ok=True)
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "fanal.web.settings",
        "FANAL_NODE": str(node.folder),
        "FANAL_DATABASE": node.database,
        "FANAL_DESK_SECRET": _secret(node.keys / DESK_SECRET),
        "FANAL_DESK_HOSTS": ",".join(filter(None, (host, "localhost", "127.0.0.1", node.desk.host))),
        "FANAL_DESK_NAME": node.desk.host or "localhost",
        "FANAL_DESK_HTTPS": "1" if https else "",
        "FANAL_DESK_OIDC": json.dumps(asdict(node.desk.oidc)) if node.desk.oidc else "",
    }


def _secret(path: Path) -> str:
    """What sessions are signed with: made once for a node, readable by its owner alone."""
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as f:
            f.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")
