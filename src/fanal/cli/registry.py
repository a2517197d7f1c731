"""Every command, in the order of --help. A new command is one file and one line here.

Only the command that is called is imported: the parts that it does not need cost seconds to load. The case store is
set up before the first.
"""

from collections.abc import Callable
from importlib import import_module

import typer

Command = typer.Typer | Callable[..., None]

#: name to "module:object"; the object is a function, or a Typer of commands below that name.
COMMANDS: dict[str, str] = {
    "init": "fanal.cli.init:init_command",
    "sample": "fanal.cli.sample:sample_app",
    "op": "fanal.cli.op:op_app",
    "add": "fanal.cli.add:add_command",
    "map": "fanal.cli.mapping:map_app",
    "tip": "fanal.cli.tip:tip_command",
    "tips": "fanal.cli.tips:tips_app",
    "event": "fanal.cli.event:event_command",
    "lists": "fanal.cli.lists:lists_app",
    "hashlist": "fanal.cli.hashlist:hashlist_app",
    "media": "fanal.cli.media:media_app",
    "run": "fanal.cli.run:run_command",
    "status": "fanal.cli.status:status_command",
    "snapshots": "fanal.cli.snapshots:snapshots_app",
    "figures": "fanal.cli.figures:figures_command",
    "quality": "fanal.cli.quality:quality_command",
    "identities": "fanal.cli.identities:identities_command",
    "persons": "fanal.cli.persons:persons_command",
    "search": "fanal.cli.search:search_command",
    "leads": "fanal.cli.leads:leads_app",
    "explain": "fanal.cli.explain:explain_command",
    "review": "fanal.cli.review:review_command",
    "history": "fanal.cli.history:history_command",
    "decide": "fanal.cli.decide:decide_command",
    "signal": "fanal.cli.signal:signal_command",
    "signals": "fanal.cli.signal:signals_command",
    "protect": "fanal.cli.protect:protect_command",
    "protected": "fanal.cli.protected:protected_app",
    "victim": "fanal.cli.victim:victim_app",
    "exclude": "fanal.cli.exclude:exclude_command",
    "package": "fanal.cli.package:package_app",
    "receive": "fanal.cli.receive:receive_command",
    "recall": "fanal.cli.correction:recall_command",
    "correction": "fanal.cli.correction:correction_app",
    "permission": "fanal.cli.permission:permission_app",
    "answer": "fanal.cli.answer:answer_app",
    "deconflict": "fanal.cli.deconflict:deconflict_app",
    "case": "fanal.cli.case:case_app",
    "peer": "fanal.cli.peer:peer_app",
    "keys": "fanal.cli.keys:keys_app",
    "audit": "fanal.cli.audit:audit_app",
    "store": "fanal.cli.store:store_app",
    "check": "fanal.cli.check:check_command",
    "backup": "fanal.cli.backup:backup_app",
    "restore": "fanal.cli.backup:restore_command",
    "doctor": "fanal.cli.doctor:doctor_command",
    "login": "fanal.cli.login:login_command",
    "logout": "fanal.cli.login:logout_command",
    "officer": "fanal.cli.officer:officer_app",
    "serve": "fanal.cli.serve:serve_command",
    "worker": "fanal.cli.worker:worker_command",
    "bench": "fanal.cli.bench:bench_command",
}


def load(name: str) -> Command:
    """The command of that name. Raises KeyError."""
    import_module("fanal.work")  # no module of a command can be imported before
    module, _, found = COMMANDS[name].partition(":")
    command: Command = getattr(import_module(module), found)
    return command
