"""What all commands share: options, languages, exit codes, and errors as one clear sentence."""

import errno
import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console

from lti_tool.click_words import said, spoken
from lti_tool.data_owner import require_owner
from lti_tool.errors import SettingsError
from lti_tool.logs import init_logging
from lti_tool.settings import Settings, load_settings, preferred_language
from xapi.errors import DatabaseError, JampelError, PullError
from xapi.words import explain, translate

DONE, FINDINGS, USAGE, MISCONFIGURED = 0, 1, 2, 3
#: Codes of other systems that cannot be reached, refuse us, or lack an option.
_OF_SYSTEMS = ("remote.", "adapter.option_missing", "adapter.run_under_way")
#: Talk goes to stderr, data to stdout. What files and people say is shown as it is: `:x:` in it is no picture.
TALK = Console(stderr=True, highlight=False, emoji=False)


def N_(text: str) -> str:
    """Marks `text` for the catalogues; it is translated when it is shown."""
    return text


#: Why the system refuses a file; it says so in English alone.
_REASONS = {
    errno.EACCES: N_("tidak diizinkan"),
    errno.EPERM: N_("tidak diizinkan"),
    errno.ENOENT: N_("tidak ada"),
    errno.EEXIST: N_("nama itu sudah dipakai"),
    errno.ENOTDIR: N_("bukan folder"),
    errno.EISDIR: N_("ini folder, bukan berkas"),
    errno.ENAMETOOLONG: N_("nama terlalu panjang"),
    errno.ENOSPC: N_("disk penuh"),
    errno.EDQUOT: N_("jatah disk habis"),
    errno.EROFS: N_("disk hanya dapat dibaca"),
    errno.EIO: N_("disk gagal"),
}


def words(text: str, **params: object) -> str:
    """`text` in the language of this command."""
    return translate("lti_tool", preferred_language(), text, params)


def decimal(number: float, places: int) -> str:
    """`number` with `places` decimals, and the comma or the point of this command's language."""
    text = f"{number:.{places}f}"
    return text.replace(".", ",") if preferred_language() == "id" else text


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


class Spoken(click.Command):
    """A command whose help page is in the reader's language throughout."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The line of usage."""
        formatter.write_usage(ctx.command_path, " ".join(map(said, self.collect_usage_pieces(ctx))))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`; its own line is written when it is shown, for the language is a setting."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = said("Show this message and exit.")
        return found

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The paragraph above what can be given."""
        with formatter.indentation():
            formatter.write_paragraph()
            formatter.write_text(translated_help(self))

    def get_short_help_str(self, limit: int = 80) -> str:
        """The line in the list of commands."""
        return translated_help(self).split("\n")[0]


class Command(Spoken):
    """A command that answers errors with a sentence, no traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; what goes wrong here, on the disk or in a database becomes a sentence and an exit code."""
        try:
            return super().invoke(ctx)
        except JampelError as error:
            _fail_with(error)
        except UnicodeEncodeError as cause:  # bytes of an argument that are no text come as lone surrogates
            if not 0xD800 <= ord(cause.object[cause.start]) <= 0xDFFF:
                raise
            raise click.UsageError(words("Sebuah argumen atau nama berkas bukan teks UTF-8.")) from cause
        except BrokenPipeError:  # the reader has seen enough: click leaves quietly
            raise
        except OSError as cause:
            known = _REASONS.get(cause.errno or 0)
            reason = words(known) if known else cause.strerror or type(cause).__name__
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


class Group(Spoken, click.Group):
    """A group of commands with the same manners."""

    command_class = Command

    def main(self, *args: Any, **settings: Any) -> Any:
        """Runs what was asked for; click speaks as the commands do."""
        with spoken():
            return super().main(*args, **settings)


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
    """One JSON document on stdout; times in it as ISO 8601 with their offset."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_json_text))


def _json_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


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
        require_owner(settings.data)
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
