"""Looks whether the provider of a single sign-on and the settings fit each other: for `jampel doctor`."""

from collections.abc import Callable, Iterator

import msgspec

from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.http import PlatformHttp
from lti_tool.oidc.mapping import mapping_of
from lti_tool.oidc.provider import ALGORITHMS, Metadata, Provider
from lti_tool.platform_keys import fetch_jwks, read_jwks
from lti_tool.setting_sections import Oidc

#: What is worth a warning and keeps nobody out: the provider does not say that it tells of logouts, or knows S256.
NO_LOGOUT, NO_S256 = "no_logout", "no_s256"


class Examined(msgspec.Struct, frozen=True):
    """What must be mended before people can come in, and what is merely weak (`NO_LOGOUT`, `NO_S256`)."""

    wrong: tuple[ToolError, ...]
    weak: tuple[str, ...] = ()


def examine(wanted: Oidc, secret: Callable[[], str], provider: Provider, http: PlatformHttp) -> Examined:
    """How the settings `wanted` and the `provider` fit; asks for its metadata and its keys, and for nothing else.

    `secret` gives the client's secret, or raises ToolError when it cannot be read.
    """
    own = tuple(_settings(wanted, secret))
    try:
        told = provider.metadata()
    except ToolError as error:
        return Examined((*own, error))
    return Examined((*own, *_metadata(wanted, told, http)), tuple(_weak(told)))


def _settings(wanted: Oidc, secret: Callable[[], str]) -> Iterator[ToolError]:
    if not wanted.client_id:
        yield ToolError("oidc.settings", "no client", key="client_id")
    try:
        mapping_of(
            wanted.roles,
            groups_claim=wanted.groups_claim,
            institution_claim=wanted.institution_claim,
            institution_values=wanted.institution_values,
        )
        if wanted.client_auth.startswith("client_secret") and not secret():
            yield ToolError("oidc.settings", "no secret", key="client_secret_file")
    except ToolError as error:
        yield error


def _metadata(wanted: Oidc, told: Metadata, http: PlatformHttp) -> Iterator[ToolError]:
    if wanted.client_auth and wanted.client_auth not in told.token_endpoint_auth_methods_supported:
        yield ToolError("oidc.settings", "not offered by the provider", key="client_auth")
    if not _offers(told.id_token_signing_alg_values_supported, *ALGORITHMS):
        yield ToolError("oidc.discovery", "no algorithm that we take", reason="id_token_signing_alg_values_supported")
    try:
        usable = any(read_jwks(fetch_jwks(http, told.jwks_uri), ALGORITHMS).values())
    except (ToolError, LaunchRefused):
        usable = False
    if not usable:
        yield ToolError("oidc.discovery", "no key that we can use", reason="jwks_uri")


def _weak(told: Metadata) -> Iterator[str]:
    if told.backchannel_logout_supported is not True:
        yield NO_LOGOUT
    if not _offers(told.code_challenge_methods_supported, "S256"):
        yield NO_S256


def _offers(said: object, *wanted: str) -> bool:
    """Whether one of `wanted` is in the list that the provider published; without a list nobody knows."""
    return not isinstance(said, list) or any(name in said for name in wanted)
