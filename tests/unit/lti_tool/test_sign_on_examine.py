"""`jampel doctor` on the single sign-on: what keeps people out, and what is merely weak."""

from types import SimpleNamespace
from typing import Any

import pytest

from lti_tool.cli.doctor_sign_on import say_sign_on
from lti_tool.oidc.examine import NO_LOGOUT, NO_S256, Examined, examine
from lti_tool.oidc.provider import Provider
from lti_tool.setting_sections import Oidc
from lti_tool.settings import Settings
from tests.unit.lti_tool.sign_on_office import ISSUER, ROLES, FakeProvider

GOOD = {"issuer": ISSUER, "client_id": "jampel", "roles": ROLES}
TELLS = {"backchannel_logout_supported": True, "code_challenge_methods_supported": ["plain", "S256"]}


@pytest.fixture
def provider(rsa_key, clock) -> FakeProvider:
    found = FakeProvider(rsa_key, clock)
    found.metadata = dict(TELLS)
    return found


def looked_at(provider: FakeProvider, secret: str = "rahasia", **changes: Any) -> Examined:
    wanted = Oidc(**(GOOD | changes))
    return examine(wanted, lambda: secret, Provider(ISSUER, provider, provider.clock), provider)


def wrong(provider: FakeProvider, secret: str = "rahasia", **changes: Any) -> list[tuple[str, object]]:
    found = looked_at(provider, secret, **changes).wrong
    return [(error.code, error.params.get("key") or error.params.get("reason")) for error in found]


def test_a_provider_and_settings_that_fit_are_good(provider) -> None:
    assert looked_at(provider) == Examined((), ())


def test_what_a_provider_does_not_tell_is_a_warning_whatever_stands_there(provider) -> None:
    for said in ({}, {"backchannel_logout_supported": "true", "code_challenge_methods_supported": ["plain"]}):
        provider.metadata = said
        found = looked_at(provider)
        assert found.wrong == ()
        assert found.weak == ((NO_LOGOUT, NO_S256) if said else (NO_LOGOUT,))


def test_each_setting_that_does_not_fit_is_named(provider) -> None:
    assert wrong(provider, client_id="") == [("oidc.settings", "client_id")]
    assert wrong(provider, roles=("x=root",)) == [("oidc.settings", "roles")]
    assert wrong(provider, institution_claim="opd") == [("oidc.settings", "institution_values")]
    assert wrong(provider, "", client_auth="client_secret_basic") == [("oidc.settings", "client_secret_file")]
    assert wrong(provider, client_auth="private_key_jwt") == [("oidc.settings", "client_auth")]


def test_a_provider_that_nobody_can_come_in_by_is_wrong(provider) -> None:
    provider.metadata = TELLS | {"id_token_signing_alg_values_supported": ["HS256"]}
    assert wrong(provider) == [("oidc.discovery", "id_token_signing_alg_values_supported")]
    provider.metadata = TELLS | {"issuer": "https://lain.example"}
    assert wrong(provider, client_id="") == [("oidc.settings", "client_id"), ("oidc.discovery", "issuer")]
    provider.metadata = TELLS | {"jwks_uri": f"{ISSUER}/.well-known/openid-configuration"}
    assert wrong(provider) == [("oidc.discovery", "jwks_uri")]
    provider.down = "http.unreachable"
    assert wrong(provider) == [("oidc.unreachable", None)]


def test_the_command_says_what_is_wrong_and_what_the_provider_must_know(provider, capsys, tmp_path) -> None:
    def said(oidc: Oidc) -> tuple[bool, str]:
        settings = Settings(data=tmp_path, oidc=oidc)
        parts = SimpleNamespace(settings=settings, clock=provider.clock, lti_parts=SimpleNamespace(http=provider))
        found = say_sign_on(parts)  # type: ignore[arg-type]
        return found, " ".join(capsys.readouterr().err.split())

    assert said(Oidc()) == (False, "")
    is_wrong, text = said(Oidc(**GOOD))
    assert not is_wrong
    assert "http://127.0.0.1:8000/masuk/sso/keluar" in text
    assert "SALAH" not in text
    provider.metadata = {}
    assert "PERINGATAN masuk tunggal: penyedia tidak menyebut back-channel logout" in said(Oidc(**GOOD))[1]
    is_wrong, text = said(Oidc(**GOOD | {"client_id": ""}))
    assert is_wrong
    assert "SALAH masuk tunggal: Pengaturan [oidc] client_id" in text
