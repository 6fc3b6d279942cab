"""Commands whose modules are imported when they are called: until then a name, a place and one line of help stand in.

Somebody who packs a module need not wait for the web server, the databases and the LRS to be loaded.
"""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import click

from lti_tool.console import Command, Group


class Late(Command):
    """Stands for the command at `place`, written `module:name`.

    `help` is the first line of that command's own help, `hidden` is as there; a test compares them.
    """

    def __init__(self, name: str, place: str, help: str = "", *, hidden: bool = False) -> None:
        super().__init__(name, help=help, hidden=hidden)
        self.place = place

    def load(self) -> click.Command:
        """The command itself."""
        module, _, name = self.place.partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found


class LateGroup(Group):
    """A group in which some commands may be `late`: they are listed and completed by their stand-ins."""

    def __init__(self, name: str | None = None, *, late: Iterable[Late] = (), **settings: Any) -> None:
        super().__init__(name, **settings)
        for stand_in in late:
            self.add_command(stand_in)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called, loaded now."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.load() if isinstance(command, Late) else command, rest
