"""Opens the installation that a command is about: the one there is, or a new one where the command may begin it."""

from lti_tool.console import say
from lti_tool.databases import HOUSE, UNFINISHED
from lti_tool.errors import SettingsError
from lti_tool.services import Services, open_services
from lti_tool.settings import BY_DEFAULT, BY_ENVIRONMENT, BY_OPTION, FILE_NAME, Settings

#: Each of these is made by an installation alone, or by whoever prepares one.
SIGNS = (FILE_NAME, f"{HOUSE.name}.db", "secrets", UNFINISHED)
NOTHING_THERE = {  # what to say, by who chose the folder
    BY_OPTION: "error:data.none_by_option",
    BY_ENVIRONMENT: "error:data.none_by_environment",
    BY_DEFAULT: "error:data.none_by_default",
}


def is_there(settings: Settings) -> bool:
    """Whether the data folder is that of an installation, also of one that is only prepared or half restored.

    The folder tells, not the database: on PostgreSQL a wrong folder would get keys of its own for the right data.
    """
    return any((settings.data / sign).exists() for sign in SIGNS)


def require_installation(settings: Settings) -> None:
    """Raises SettingsError when the data folder holds none; the code tells who chose the folder."""
    if not is_there(settings):
        raise SettingsError(
            NOTHING_THERE[settings.data_from].removeprefix("error:"), str(settings.data), data=settings.data
        )


def open_existing(settings: Settings) -> Services:
    """The services of the installation in the data folder; nothing is made where there is none.

    Raises SettingsError as `require_installation`, and what `open_services` raises.
    """
    require_installation(settings)
    return open_services(settings)


def open_or_begin(settings: Settings) -> Services:
    """The services of the data folder; where there is no installation a new one begins, and the person is told where.

    For commands with which an operator sets one up. Raises what `open_services` raises.
    """
    say_beginning(settings)
    return open_services(settings)


def say_beginning(settings: Settings) -> None:
    """Says that an installation is begun, if there is none."""
    if not is_there(settings):
        say("Memulai pemasangan baru di %(data)s.", data=settings.data)
