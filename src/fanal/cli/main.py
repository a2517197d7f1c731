"""The front door: one file per command; errors are one line that says what to do."""

import gettext
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fanal import __version__
from fanal.base.errors import FanalError
from fanal.base.language import DOMAIN, LANGUAGES, LOCALE_DIR, language, translate
from fanal.base.leaving import leave
from fanal.cli.in_language import in_language
from fanal.cli.library_words import retell
from fanal.cli.plain_values import take_plain_values
from fanal.cli.registry import COMMANDS, Command, load
from fanal.cli.standard_output import OutputLost, discard, watch
from fanal.cli.words import HELP

if TYPE_CHECKING:
    from fanal.cli.session import Session

#: The base of all that is wrong with a command line; the library exports only its children.
WrongUse: type[Exception] = typer.BadParameter.__bases__[0]


def version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        typer.echo(f"fanal {__version__}")
        raise typer.Exit


def front(
    ctx: typer.Context,
    node: Annotated[str | None, typer.Option("-C", metavar="DIR", help=HELP["node"])] = None,
    acting: Annotated[str | None, typer.Option("--as", metavar="OFFICER", help=HELP["as"])] = None,
    _version: Annotated[bool, typer.Option("--version", callback=version, is_eager=True, help=HELP["version"])] = False,
) -> None:
    """Take the options that stand before every command."""
    session: Session = ctx.obj
    session.folder, session.acting = node, acting


def build(called: str | None = None, *, loaded: bool = True) -> Any:
    """The command line, from the registry and in its order: all of it, or the one command that is called.

    Args:
        loaded: False: names and short descriptions alone, of commands that cannot be called. To load all costs seconds.
    """
    app = typer.Typer(
        name="fanal",
        help=HELP["fanal"],
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    )
    app.callback()(front)
    names = [called] if called in COMMANDS else list(COMMANDS)
    for name in names:
        command = load(name) if loaded else _named(name)
        if isinstance(command, typer.Typer):
            app.add_typer(command)
        else:
            app.command(name, help=HELP[command.__name__])(command)
    line = in_language(typer.main.get_command(app), names)
    take_plain_values(line)
    return line


def _named(name: str) -> Command:
    def command() -> None:
        """Stand for a command in the list."""

    command.__name__ = COMMANDS[name].partition(":")[2]
    return command


def main(arguments: list[str] | None = None) -> int:
    """Run one command line. Returns the exit code: 0 done, 1 refused or not found, 2 wrong use."""
    speak()
    words = hoist(sys.argv[1:] if arguments is None else arguments)
    called = command_of(words)
    if called is None:  # the version, the help, or a wrong use: no node is opened for them
        return _told(lambda: _parsed(build(loaded=False), words, None))
    session = _session()
    code = _told(lambda: _command(session, called, words))
    if not code:
        return _told(session.close)
    with suppress(FanalError):  # what went wrong before is what was told
        session.close()
    return code


def _session() -> "Session":
    import_module("fanal.work")  # it sets the case store up before anything else of it is imported
    from fanal.cli.session import Session  # noqa: PLC0415

    return Session()


def _command(session: "Session", called: str, words: list[str]) -> int | None:
    from fanal.cases.store import reaching  # noqa: PLC0415  the version and the help need no case store

    with reaching():
        return _parsed(build(called), words, session)


def _parsed(line: Any, words: list[str], session: "Session | None") -> int | None:
    code: int | None = line(args=words, prog_name="fanal", standalone_mode=False, obj=session)
    sys.stdout.flush()
    return code


def _told(act: Callable[[], int | None]) -> int:
    """Do it, and say in one line what goes wrong. Returns the exit code."""
    try:
        return act() or 0
    except FanalError as e:
        if isinstance(e, OutputLost):
            discard()
        sys.stderr.write(f"fanal: {e.code}: {e.line()}\n")
        return e.exit_code
    except typer.Exit as e:
        return e.exit_code
    except typer.Abort:
        sys.stderr.write(f"fanal: {translate('Stopped.')}\n")
        return 130
    except WrongUse as e:
        said = str(getattr(e, "format_message", e.__str__)())
        if type(e).__name__ == "NoArgsIsHelpError":
            sys.stderr.write(said + "\n")
            return 2
        detail = retell(said.replace("\n", " ")).rstrip(".") + "."
        sys.stderr.write(f"fanal: F-CLI-01: {detail} " + translate("`fanal --help` shows the commands.") + "\n")
        return 2
    except BrokenPipeError:
        discard()
        return 1


def hoist(arguments: list[str]) -> list[str]:
    """Let -C and --as stand anywhere: they are moved before the command."""
    front_options: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument in ("-C", "--as"):
            front_options += [argument, *([value] if (value := next(waiting, None)) is not None else [])]
        else:
            rest.append(argument)
    if front_options and front_options[-1] in ("-C", "--as") and len(front_options) % 2:
        return front_options  # its value is missing, and no other word is taken for it
    return [*front_options, *rest]


def command_of(arguments: list[str]) -> str | None:
    """The first word that is neither an option that stands before the command nor its value."""
    waiting = iter(arguments)
    for argument in waiting:
        if argument in ("-C", "--as"):
            next(waiting, None)
        elif not argument.startswith("-"):
            return argument
    return None


def speak() -> None:
    """Let the command-line library's own messages come from Fanal's catalogues too."""
    os.environ["LANGUAGE"] = language() if language() in LANGUAGES else "en"
    gettext.bindtextdomain(DOMAIN, str(LOCALE_DIR))
    gettext.textdomain(DOMAIN)


def run() -> None:
    """The console script."""
    leave(_told(watch) or main())
