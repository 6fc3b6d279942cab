"""The ticket of the confirmation form: signed, bound to the invite and to what was shown, good once and briefly."""

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

from lti_tool.errors import LaunchRefused
from lti_tool.registration.configuration import Configuration

LIFETIME_SECONDS = 30 * 60
LONGEST_TOKEN = 8 * 1024
_PURPOSE = b"lti registration form"


class Shown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a confirmation agrees to: the `invite` (its id), the page's `ticket`, the configuration that was shown and
    its address, the hash of the registration token; good until the Unix second `expires`."""

    invite: str
    ticket: str
    expires: int
    address: str
    configuration: Configuration
    token_hash: str


def token_hash(registration_token: str) -> str:
    """The form in which a registration token is bound to the ticket."""
    return hashlib.sha256(registration_token.encode()).hexdigest()


def seal(shown: Shown, secret: bytes) -> str:
    """`shown` as a text that only the holder of `secret` can have written."""
    body = urlsafe_b64encode(msgspec.json.encode(shown))
    return f"{body.decode()}.{_signature(body, secret)}"


def unseal(text: str, secret: bytes) -> Shown:
    """What was sealed in `text`; raises LaunchRefused when it is not ours or was changed."""
    body, _dot, signature = text.rpartition(".")
    if not text.isascii() or not hmac.compare_digest(signature, _signature(body.encode(), secret)):
        raise LaunchRefused("registration.form", "the form is not signed by us", status=403)
    try:
        return msgspec.json.decode(urlsafe_b64decode(body), type=Shown)
    except (binascii.Error, msgspec.MsgspecError) as cause:  # written by another version of this tool
        raise LaunchRefused("registration.form", "the form is of another version", status=403) from cause


def check(shown: Shown, invite: str, registration_token: str, now: int) -> None:
    """Raises LaunchRefused unless `shown` is of this invite and token, and not too old."""
    bound = hmac.compare_digest(shown.token_hash, token_hash(registration_token))
    if shown.invite != invite or not bound:
        raise LaunchRefused("registration.form", "the form belongs to another invite or token", status=403)
    if shown.expires <= now:
        raise LaunchRefused("registration.form_old", "the form is too old", status=403)


def _signature(body: bytes, secret: bytes) -> str:
    key = hmac.digest(secret, _PURPOSE, "sha256")  # the secret itself has another use
    return hmac.new(key, body, hashlib.sha256).hexdigest()
