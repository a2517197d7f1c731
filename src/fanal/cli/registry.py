"""Every command, in the order of --help. A new command is one file and one line here."""

from collections.abc import Callable

import typer

from fanal.cli.add import add_command
from fanal.cli.answer import answer_app
from fanal.cli.audit import audit_app
from fanal.cli.bench import bench_command
from fanal.cli.check import check_command
from fanal.cli.decide import decide_command
from fanal.cli.doctor import doctor_command
from fanal.cli.event import event_command
from fanal.cli.exclude import exclude_command
from fanal.cli.explain import explain_command
from fanal.cli.figures import figures_command
from fanal.cli.history import history_command
from fanal.cli.identities import identities_command
from fanal.cli.init import init_command
from fanal.cli.leads import leads_command
from fanal.cli.login import login_command, logout_command
from fanal.cli.mapping import map_app
from fanal.cli.officer import officer_app
from fanal.cli.op import op_app
from fanal.cli.package import package_app
from fanal.cli.peer import peer_app
from fanal.cli.persons import persons_command
from fanal.cli.protect import protect_command
from fanal.cli.receive import receive_command
from fanal.cli.run import run_command
from fanal.cli.sample import sample_app
from fanal.cli.status import status_command
from fanal.cli.tip import tip_command

COMMANDS: tuple[typer.Typer | Callable[..., None], ...] = (
    init_command,
    sample_app,
    op_app,
    add_command,
    map_app,
    tip_command,
    event_command,
    run_command,
    status_command,
    figures_command,
    identities_command,
    persons_command,
    leads_command,
    explain_command,
    history_command,
    decide_command,
    protect_command,
    exclude_command,
    package_app,
    receive_command,
    answer_app,
    peer_app,
    audit_app,
    check_command,
    doctor_command,
    login_command,
    logout_command,
    officer_app,
    bench_command,
)
