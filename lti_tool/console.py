"""What all commands share: options, languages, exit codes, and errors as one clear sentence."""

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console

from lti_tool.errors import SettingsError
from lti_tool.logs import init_logging
from lti_tool.settings import Settings, load_settings, preferred_language
from xapi.errors import DatabaseError, JampelError, PullError
from xapi.words import explain, translate

DONE, FINDINGS, USAGE, MISCONFIGURED = 0, 1, 2, 3
#: Codes of other systems that cannot be reached, refuse us, or lack an option.
_OF_SYSTEMS = ("remote.", "adapter.option_missing", "adapter.run_under_way")
#: Talk goes to stderr, data to stdout.
TALK = Console(stderr=True, highlight=False)


def N_(text: str) -> str:
    """Marks `text` for the catalogues; it is translated when it is shown."""
    return text


def words(text: str, **params: object) -> str:
    """`text` in the language of this command."""
    return translate("lti_tool", preferred_language(), text, params)


def translated_help(command: click.Command) -> str:
    """The help text of `command` in the language of this command."""
    return translate("lti_tool", preferred_language(), command.help) if command.help else ""


class Option(click.Option):
    """An option whose help is shown in the language of the command."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The line in `--help`."""
        written, self.help = self.help, words(self.help) if self.help else None
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = written


class Command(click.Command):
    """A command whose help is shown in the reader's language and that answers errors with a sentence, no traceback."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The paragraph above the options."""
        with formatter.indentation():
            formatter.write_paragraph()
            formatter.write_text(translated_help(self))

    def get_short_help_str(self, limit: int = 80) -> str:
        """The line in the list of commands."""
        return translated_help(self).split("\n")[0]

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; what goes wrong here, on the disk or in a database becomes a sentence and an exit code."""
        try:
            return super().invoke(ctx)
        except JampelError as error:
            _fail_with(error)
        except BrokenPipeError:  # the reader has seen enough: click leaves quietly
            raise
        except OSError as cause:
            reason = cause.strerror or type(cause).__name__
            _fail_with(SettingsError("command.file", reason, file=cause.filename or "?", reason=reason))
        except _driver_errors() as cause:
            _fail_with(_database_error(cause))


def _driver_errors() -> tuple[type[Exception], ...]:
    """What a database can fail with; asked only when something went wrong, for most commands open none."""
    from xapi.database import DRIVER_ERRORS

    return DRIVER_ERRORS


def _database_error(cause: Exception) -> DatabaseError:
    from xapi.database import database_error

    return database_error(cause)


class Group(click.Group):
    """A group of commands with the same manners."""

    command_class = Command

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The paragraph above the list of commands."""
        with formatter.indentation():
            formatter.write_paragraph()
            formatter.write_text(translated_help(self))

    def get_short_help_str(self, limit: int = 80) -> str:
        """The line in the list of commands."""
        return translated_help(self).split("\n")[0]


Group.group_class = Group


def exit_code(error: JampelError) -> int:
    """3 for what an operator must set right, 1 for what was found in the input."""
    if isinstance(error, SettingsError | DatabaseError | PullError):
        return MISCONFIGURED
    return MISCONFIGURED if error.code.startswith(_OF_SYSTEMS) else FINDINGS


def fail(sentence: str, code: int) -> NoReturn:
    """Says `sentence` on stderr and leaves with `code`."""
    TALK.print(sentence, style="bold red" if TALK.is_terminal else "", markup=False, soft_wrap=True)
    sys.exit(code)


def _fail_with(error: JampelError) -> NoReturn:
    """Says the sentence of `error` and leaves with its exit code."""
    fail(explain(error, preferred_language()), exit_code(error))


def say(text: str, **params: object) -> None:
    """Tells the person something, on stderr, in their language."""
    TALK.print(words(text, **params), markup=False, soft_wrap=True)


def working(text: str) -> AbstractContextManager[object]:
    """Shows that long work is under way, on a terminal; `text` is what is being done."""
    return TALK.status(words(text)) if TALK.is_terminal else nullcontext()


def print_json(value: object) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    """A `click.option` with translated help."""
    return click.option(*names, cls=Option, **settings)


def _load(ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> Settings | None:
    return None if ctx.resilient_parsing else _settings(ctx, value)


def _later(ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> Callable[[], Settings]:
    return partial(_settings, ctx, value)


def _settings(ctx: click.Context, value: Path | None) -> Settings:
    outer = ctx.find_root().obj or {}
    try:
        settings = load_settings(value or outer.get("data"))
    except SettingsError as error:
        _fail_with(error)
    init_logging(settings, ctx.info_name or "")
    return settings


def _data_option(callback: Callable[..., object]) -> Callable[[Any], Any]:
    return click.option(
        "--data",
        "settings",
        cls=Option,
        type=click.Path(file_okay=False, path_type=Path),
        callback=callback,
        metavar="DIR",
        help=N_("Folder data (bawaan: JAMPEL_DATA, lalu ./jampel-data)."),
    )


#: `--data DIR` of a subcommand: gives the command its `settings`.
settings_option = _data_option(_load)
#: The same for a command that seldom needs them: its `settings()` loads them, and only then is a fault in them told.
late_settings_option = _data_option(_later)
json_option = click.option("--json", "as_json", cls=Option, is_flag=True, help=N_("Tulis JSON untuk dibaca program."))
