"""The two tokens of SIASN: of the gateway (WSO2 API Manager) for the application, of the SSO (Keycloak) for a person.

As the public SDKs ask for them: client credentials with Basic authentication, and the password grant or a token that
is ready. Each is kept until shortly before it ends.
"""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from adapters.errors import AdapterError
from adapters.http import SystemHttp
from adapters.remote import Connection
from adapters.siasn.options import SECRETS

MARGIN = timedelta(seconds=30)
MOST_SECONDS = 1e9
WSO_LASTS, SSO_LASTS = timedelta(hours=1), timedelta(hours=12)  # where an answer does not say; as the SDKs assume


class Tokens:
    """The tokens with which `connection` asks SIASN."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._wso = _Kept(connection.clock, self._ask_wso)
        self._sso = _Kept(connection.clock, self._ask_sso)

    @property
    def renewable(self) -> bool:
        """Whether the SSO token can be asked for again; one that is given as a setting cannot."""
        return not self._connection.options.get("sso_token", "")

    @property
    def values(self) -> tuple[str, ...]:
        """Every text that must never be shown."""
        options = (self._connection.options.get(name, "") for name in SECRETS)
        return tuple(filter(None, (*options, self._wso.value, self._sso.value)))

    def wso(self) -> str:
        """The token of the gateway; raises AdapterError `remote.siasn.wso_refused`, `adapter.option_missing`."""
        return self._wso.get()

    def sso(self) -> str:
        """The token of the SSO; raises AdapterError `remote.siasn.sso_refused`, `remote.siasn.sso_missing`."""
        return self._connection.options.get("sso_token", "") or self._sso.get()

    def headers(self) -> dict[str, str]:
        """What a request to the API carries: both tokens."""
        return {"Authorization": f"Bearer {self.wso()}", "Auth": f"bearer {self.sso()}", "Accept": "application/json"}

    def forget(self) -> None:
        """Asks for both anew the next time."""
        self._wso.value = self._sso.value = ""

    def _ask_wso(self) -> tuple[str, timedelta]:
        key, secret = self._connection.option("consumer_key"), self._connection.option("consumer_secret")
        basic = base64.b64encode(f"{key}:{secret}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Accept": "application/json"}
        status, answer = self._post("wso_url", {"grant_type": "client_credentials"}, headers)
        if status >= 400:
            raise AdapterError("remote.siasn.wso_refused", f"HTTP {status}", status=status)
        return _token(answer, WSO_LASTS, "wso_url")

    def _ask_sso(self) -> tuple[str, timedelta]:
        names = ("sso_client_id", "sso_username", "sso_password")
        if missing := [name for name in names if not self._connection.options.get(name, "")]:
            raise AdapterError("remote.siasn.sso_missing", ", ".join(missing), names=", ".join(missing))
        client, username, password = (self._connection.option(name) for name in names)
        form = {"grant_type": "password", "client_id": client, "username": username, "password": password}
        status, answer = self._post("sso_url", form, {"Accept": "application/json"})
        if status >= 400:
            raise AdapterError("remote.siasn.sso_refused", f"HTTP {status}", status=status)
        return _token(answer, SSO_LASTS, "sso_url")

    def _post(self, option: str, form: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, object]:
        """The status and the answer of a token endpoint; of a refusal the status alone."""
        http = SystemHttp.of(self._connection, option=option, secrets=SECRETS)
        path = urlsplit(self._connection.option(option)).path
        try:
            reply = http.post_form(path, form, headers=headers, safe=True)
        except AdapterError as error:
            if error.code != "remote.refused":
                raise
            return int(str(error.params["status"])), None
        return reply.status, reply.json() if reply.status < 400 else None


def _token(answer: object, lasts: timedelta, option: str) -> tuple[str, timedelta]:
    """The token in `answer` and how long it lasts; `lasts` where it does not say. Raises `remote.siasn.no_token`."""
    if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str) or not answer["access_token"]:
        raise AdapterError("remote.siasn.no_token", option, name=option)
    seconds = answer.get("expires_in")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 < seconds < MOST_SECONDS:
        return answer["access_token"], lasts
    return answer["access_token"], timedelta(seconds=seconds)


class _Kept:
    """A token that `ask` gives, kept by `clock` until MARGIN before its end."""

    def __init__(self, clock: Callable[[], datetime], ask: Callable[[], tuple[str, timedelta]]) -> None:
        self.value = ""
        self._ends: datetime | None = None
        self._clock = clock
        self._ask = ask

    def get(self) -> str:
        """The token, asked for when there is none that lasts."""
        now = self._clock()
        if not self.value or self._ends is None or now >= self._ends:
            self.value, lasts = self._ask()
            self._ends = now + lasts - MARGIN
        return self.value
