"""Reaches the web services of a Moodle over HTTP: POST always, because an address with a token ends up in logs."""

from collections.abc import Mapping

from adapters.http import SystemHttp
from adapters.moodle.options import MoodleOptions
from adapters.moodle.service import PATH, Moodle
from adapters.remote import Connection


def open_moodle(connection: Connection, options: MoodleOptions) -> Moodle:
    """The Moodle of `connection`. Raises AdapterError for an address or a token that is missing or broken."""
    http = SystemHttp.of(connection, secrets=("token",), pause=options.pause)

    def post(form: Mapping[str, str]) -> object:
        return http.post_form(PATH, form, safe=True).json()  # nothing that is asked here changes anything

    return Moodle(post, connection.option("token").strip())
