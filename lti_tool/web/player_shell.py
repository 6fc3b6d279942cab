"""The page around the player, drawn once for each course and language: a launch only puts its own words into it.

A class opens one module. Drawing its page took more than all checks of a launch; what differs between two learners are
a token and the settings of the player.
"""

import hashlib
import secrets
from functools import cache
from typing import NamedTuple

from flask import current_app, render_template, request, url_for
from markupsafe import escape

from lti_tool.house.model import Module
from lti_tool.library import MOST_PAGES, Library
from lti_tool.web.language import language
from scorm_packager.player import LANGUAGES, LATER, TRANSPORTS, script_names
from scorm_packager.player_files import first_names, player_script, player_style

STYLE = "player.css"
SCRIPTS = {f"{transport}-{spoken}.js": (transport, spoken) for transport in TRANSPORTS for spoken in LANGUAGES}
#: What comes after the first screen, with the words of questions and of the result.
RESTS = {f"lanjut-{spoken}.js": spoken for spoken in LANGUAGES}
#: What stands in a drawn page where a launch puts its own words; no course can contain it.
_TOKEN, _CONFIG = secrets.token_hex(16), secrets.token_hex(16)
_KEPT = "jampel_player_shells"


class Shell(NamedTuple):
    """A drawn page in three parts, between which stand a token and the settings; `same` are those settings that are the
    same for all who open it. A page without a token has an empty part."""

    before: bytes
    between: bytes
    after: bytes
    same: dict[str, str]

    def filled(self, token: str, config: str) -> bytes:
        """The page with the launch token `token` and the settings `config`, JSON that cannot end its element."""
        return b"".join((self.before, escape(token).encode(), self.between, config.encode(), self.after))


def shell_of(library: Library, module: Module, transport: str, notice: str, *, with_token: bool) -> Shell:
    """The page of `module`, one of `library`, for the player with `transport`, in the language of this request.

    `notice` is `anonymous` or `preview` when nothing will be recorded. Raises PackagerError when the file of the course
    is not there or broken.
    """
    kept: dict[tuple[object, ...], Shell] = current_app.extensions.setdefault(_KEPT, {})
    spoken = language()
    key = (module.digest, transport, notice, with_token, spoken, request.script_root)
    found = kept.get(key)
    if found is None:
        found = _drawn(library.page_text(module), module, f"{transport}-{spoken}.js", notice, with_token=with_token)
        if len(kept) >= MOST_PAGES:  # what has a digest never changes, but there may be many
            kept.clear()
        kept[key] = found
    return found


def player_address(name: str) -> str:
    """Where a file of the player lies; a changed player has other addresses."""
    return url_for("learn.player_file", release=player_release(), name=name)


@cache
def player_release() -> str:
    """A name for the player's files as they are now, so that a changed file has another address."""
    whole = hashlib.sha256(player_style())
    for spoken in LANGUAGES:
        whole.update(player_script(LATER, spoken))
    for transport, spoken in SCRIPTS.values():
        whole.update(player_script(first_names(script_names(transport)), spoken))
    return whole.hexdigest()[:10]


def _drawn(course: str, module: Module, script: str, notice: str, *, with_token: bool) -> Shell:
    page = render_template(
        "player.html",
        module=module,
        base=url_for("pustaka.file", digest=module.digest, path=""),
        course=course,
        config=_CONFIG,
        style=STYLE,
        script=script,
        token=_TOKEN if with_token else "",
        notice=notice,
    )
    head, _, after = page.partition(_CONFIG)
    before, _, between = head.partition(_TOKEN)
    later = url_for("learn.later_page", digest=module.digest, number=2).removesuffix("2.js")
    spoken = language()
    same = {"language": spoken, "later": later, "rest": player_address(f"lanjut-{spoken}.js")}
    return Shell(before.encode(), between.encode(), after.encode(), same)
