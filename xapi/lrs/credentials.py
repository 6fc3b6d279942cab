"""Credentials of programs and grants of launches: the door to who may use the LRS."""

from xapi.lrs.store.credentials import Credential, CredentialStore, NewCredential

__all__ = ["Credential", "CredentialStore", "NewCredential"]
