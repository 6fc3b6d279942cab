"""Credentials of programs and grants of launches: the door to who may use the LRS."""

from xapi.lrs.credential_model import MOST_GRACE, NO_LIMITS, Credential, Limits, NewCredential
from xapi.lrs.store.credentials import CredentialStore

__all__ = ["MOST_GRACE", "NO_LIMITS", "Credential", "CredentialStore", "Limits", "NewCredential"]
