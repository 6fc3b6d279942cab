"""Notes who fetches our key set, so that an administrator sees which platforms know the next key."""

import ipaddress
import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from lti_tool.store import LtiStore
from lti_tool.store.jwks_fetches import JwksFetch
from lti_tool.store.platforms import origin

#: The same kind of fetch is written down at most once in this time by one process: the address is open to everyone.
PAUSE = timedelta(minutes=1)
LONGEST_AGENT = 300
#: What a User-Agent begins with, and the word that is kept for it. Anything else is kept as `other`: what a stranger
#: writes there never gets into the database, and the table cannot grow.
AGENTS = {
    "moodlebot": "Moodle",
    "canvas": "Canvas",
    "java": "Java",
    "apache-httpclient": "Java",
    "okhttp": "Java",
    "python": "Python",
    "guzzlehttp": "PHP",
    "php": "PHP",
    "ruby": "Ruby",
    "faraday": "Ruby",
    "axios": "Node.js",
    "node": "Node.js",
    "go-http-client": "Go",
    "curl": "curl",
    "mozilla": "browser",
}
OTHER = "other"
_SITE = re.compile(r"\+(https?://[^\s;,)]{3,200})")


class JwksFetches:
    """Fetches of one institution's key set, from `store`."""

    def __init__(self, store: LtiStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._noted: dict[tuple[str, str, str], datetime] = {}
        self._lock = threading.Lock()

    def note(self, user_agent: str, address: str) -> None:
        """Notes one fetch by the program that calls itself `user_agent`, from the IP `address`; keeps neither of them.

        A program that names its site in the way of robots (`MoodleBot/4.5 (+https://…)`) is known as the platform
        whose issuer lies there.
        """
        now = self._clock()
        told = user_agent[:LONGEST_AGENT]
        found = agent_of(told), network_of(address), self._platform(told)
        with self._lock:
            last = self._noted.get(found)
            if last is not None and now - last < PAUSE:
                return
            self._noted[found] = now
        self._store.jwks_fetches.note(*found, now)

    def since(self, moment: int) -> list[JwksFetch]:
        """The kinds of programs that fetched the key set at or after the Unix second `moment`."""
        return [fetch for fetch in self._store.jwks_fetches.list() if fetch.last_at >= moment]

    def platforms_since(self, moment: int) -> frozenset[str]:
        """The ids of the platforms that certainly fetched the key set at or after the Unix second `moment`."""
        return frozenset(fetch.platform for fetch in self.since(moment) if fetch.platform)

    def _platform(self, told: str) -> str:
        site = _SITE.search(told)
        wanted = origin(site.group(1)) if site else ""
        if not wanted:
            return ""
        named = (one.id for one in self._store.platforms.list() if one.active and origin(one.issuer) == wanted)
        return next(named, "")


def agent_of(user_agent: str) -> str:
    """The kind of program that `user_agent` names, a word of AGENTS or `other`."""
    name = user_agent.lower()
    return next((kind for start, kind in AGENTS.items() if name.startswith(start)), OTHER)


def network_of(address: str) -> str:
    """`loopback`, `private` or `public`, whichever `address` belongs to; `unknown` when it is no IP address."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return "unknown"
    if ip.is_loopback:
        return "loopback"
    return "public" if ip.is_global else "private"
