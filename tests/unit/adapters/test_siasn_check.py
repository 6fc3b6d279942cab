"""What `jampel adapter check siasn` finds out, and which of the two tokens is the matter."""

import dataclasses

import pytest

from adapters.siasn.check import SiasnCheck
from adapters.siasn.testing import FakeSiasn

ANI = "198501012099031001"


@pytest.fixture
def siasn():
    with FakeSiasn(people={ANI: "A", "198001012099011001": "B"}) as server:
        yield server


def check(siasn, **options) -> list[tuple[str, str]]:
    lines = list(SiasnCheck().lines(siasn.connection(**options)))
    assert all(line.sentence("id") and line.sentence("en") for line in lines)
    told = " ".join(line.sentence("id") for line in lines)
    assert not [secret for secret in (ANI, "198001012099011001", "palsu", "token-") if secret in told]
    return [(line.state, line.sentence("id")) for line in lines]


def test_what_works_is_said_one_by_one(siasn, tmp_path):
    lines = check(siasn, structural="*=8", evidence_folder=str(tmp_path))
    assert [state for state, _text in lines] == ["ok"] * 5 + ["unknown"]
    assert lines[-2] == ("ok", "Kedua token diterima: data utama terbaca.")
    assert "Perjanjian pemakaian data dengan BKN" in lines[-1][1]


def test_settings_that_are_missing_are_named_without_sending_anything(siasn):
    lines = check(siasn, instansi_id="", evidence_folder="/tidak/ada/bukti")
    said = [text for state, text in lines if state in ("missing", "failed")]
    assert [text.split(" ")[0] for text in said] == ["instansi_id", "structural", "Folder"]
    assert siasn.asked["kursus/save"] == siasn.asked["diklat/save"] == 0


def test_the_token_of_the_gateway_alone_fails(siasn):
    lines = check(siasn, consumer_secret="salah")
    assert ("failed", "APIM (WSO2) menolak aplikasi ini (HTTP 401). Periksa consumer_key dan consumer_secret dari BKN, "
            "dan apakah perjanjiannya masih berlaku.") in lines  # fmt: skip
    assert ("ok", "Token SSO didapat.") in lines
    assert siasn.asked["pns/data-utama"] == 0


def test_a_second_factor_lets_the_password_fail_and_the_line_says_what_to_do(siasn):
    siasn.second_factor = True
    lines = check(siasn)
    assert ("ok", "APIM menerima token itu: daftar acuan terbaca.") in lines
    [said] = [text for state, text in lines if state == "failed"]
    assert "SSO SIASN menolak masuk" in said
    assert "isi sso_token" in said


def test_a_stale_ready_token_is_found(siasn):
    lines = check(siasn, sso_token="token-lama")
    assert any(state == "failed" and "sso_token dari pengaturan" in text for state, text in lines)


def test_missing_logins_are_missing_not_failed(siasn):
    lines = check(siasn, consumer_key="", sso_client_id="", sso_username="")
    assert ("missing", "Belum ada jalan masuk SSO: isi sso_token, atau sso_client_id, sso_username.") in lines
    assert any(state == "missing" and "consumer_key" in text for state, text in lines)


def test_another_institution_than_that_of_the_account_is_found(siasn):
    lines = check(siasn, instansi_id="A5EB03E23CCCF6A0E040640A040252AD")
    assert any(state == "failed" and text.startswith("instansi_id bukan instansi") for state, text in lines)


def test_without_anyone_to_ask_about_the_tokens_alone_are_tried(siasn):
    connection = siasn.connection(sso_username="operator")
    siasn.secrets["sso_username"] = "operator"
    lines = list(SiasnCheck().lines(dataclasses.replace(connection, people=list)))
    assert [line.state for line in lines][-2:] == ["unknown", "unknown"]


@pytest.mark.parametrize("options", [{"url": "bukan alamat"}, {"rounding": "ke samping"}])
def test_a_broken_setting_is_the_first_thing_to_mend(siasn, options):
    [(state, _text)] = check(siasn, **options)
    assert state == "failed"


def test_a_system_that_is_not_there_is_told_not_raised(siasn):
    lines = check(siasn, wso_url="http://127.0.0.1:9/oauth2/token", sso_url="http://127.0.0.1:9/token")
    assert [state for state, _text in lines].count("failed") == 2
