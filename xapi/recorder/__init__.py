"""The recorder: a statement is durable on disk before anyone is told "ok", and is sent until an LRS acknowledges it."""

from xapi.recorder.deliver import Delivery
from xapi.recorder.port import (
    CredentialRefused,
    DeliveryError,
    LrsClient,
    NotAllowedError,
    StatementRefused,
    UnavailableError,
)
from xapi.recorder.record import KIND, Recorded, Recorder

__all__ = [
    "KIND",
    "CredentialRefused",
    "Delivery",
    "DeliveryError",
    "LrsClient",
    "NotAllowedError",
    "Recorded",
    "Recorder",
    "StatementRefused",
    "UnavailableError",
]
