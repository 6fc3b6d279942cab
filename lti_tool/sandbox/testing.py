"""A sandbox LMS in a folder for tests, with one course, two people, one tool and a clock by hand."""

import uuid
from pathlib import Path

from lti_tool.sandbox.access import ASSERTION
from lti_tool.sandbox.model import LEARNER, TEACHER, Course, Tool, User
from lti_tool.sandbox.personality import load_personality
from lti_tool.sandbox.platform import Platform
from lti_tool.sandbox.store import SandboxStore
from lti_tool.sandbox.tokens import SigningKey
from xapi.database import migrate, open_database
from xapi.testing import FixedClock

ISSUER = "http://localhost:8001"
TOOL = Tool("client", "1", "http://127.0.0.1/lti/login", "http://127.0.0.1/lti/launch", "http://127.0.0.1/lti/jwks")
COURSE = Course("k1", "K1", "Kursus Satu")
NIP = "198501012099031001"
PEOPLE = (User("guru", "Bu Guru", TEACHER), User("asn", "Pak ASN", LEARNER, NIP))


def sandbox_in(folder: Path, name: str, pem: str, clock: FixedClock) -> Platform:
    """The LMS with the personality `name`; `pem` is its key and the tool's."""
    engine = open_database(folder / "sandbox.db")
    migrate(engine, "lti_tool.sandbox.store")
    store = SandboxStore(engine)
    store.keep_key("kunci", lambda: pem)
    store.fill([COURSE], PEOPLE)
    key = SigningKey("tool", pem)
    return Platform(ISSUER, TOOL, store, clock, lambda _url: dict(key.jwks()), load_personality(name))


def token_form(platform: Platform, tool: Tool, pem: str, *scopes: str) -> dict[str, str]:
    """A good request of `tool` for a token."""
    now = int(platform.now())
    assertion = {
        "iss": tool.client_id,
        "sub": tool.client_id,
        "aud": platform.addresses.of("token"),
        "iat": now,
        "exp": now + 60,
        "jti": uuid.uuid4().hex,
    }
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": SigningKey("tool", pem).sign(assertion),
        "scope": " ".join(scopes),
    }
