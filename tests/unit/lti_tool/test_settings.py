"""Settings come from defaults, then the file, then the environment; what is unknown is refused by name."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lti_tool.cli import main
from lti_tool.errors import SettingsError
from lti_tool.settings import SECTIONS, file_without_secrets, load_settings, sources_of
from xapi.words import explain


def test_an_empty_folder_gives_working_defaults(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.institution.time_zone == "Asia/Jakarta"


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    (tmp_path / "jampel.toml").write_text('[server]\nport = 9000\nhost = "0.0.0.0"\n')
    settings = load_settings(tmp_path, {"JAMPEL_SERVER__PORT": "9001", "JAMPEL_LTI__PRIVATE_HOSTS": "a:1, b:2"})
    assert (settings.server.port, settings.server.host) == (9001, "0.0.0.0")
    assert settings.lti.private_hosts == ("a:1", "b:2")


def test_the_data_folder_comes_from_the_environment_when_not_given(tmp_path: Path) -> None:
    assert load_settings(None, {"JAMPEL_DATA": str(tmp_path)}).data == tmp_path


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[server\n", "settings.toml_broken"),
        ("[sever]\nport = 1\n", "settings.unknown_key_near"),
        ("[server]\nprot = 1\n", "settings.unknown_key_near"),
        ("[zzz]\nport = 1\n", "settings.unknown_key"),
        ("server = 1\n", "settings.not_a_section"),
        ('[server]\nport = "eight"\n', "settings.wrong_type"),
        ("[lti]\nprivate_hosts = 3\n", "settings.wrong_type"),
        ("[limits]\nmodule_statements_per_minute = 0\n", "settings.wrong_type"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "jampel.toml").write_text(text)
    with pytest.raises(SettingsError) as refusal:
        load_settings(tmp_path, {})
    assert refusal.value.code == code
    assert explain(refusal.value, "id") != explain(refusal.value, "en")


def test_a_file_where_the_data_folder_should_be_is_named_as_the_reason(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(SettingsError, match=r"settings\.data_no_folder"):
        load_settings(None, {"JAMPEL_DATA": str(tmp_path / "data")})


def test_a_misspelt_key_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "jampel.toml").write_text("[server]\nprot = 1\n")
    with pytest.raises(SettingsError) as refusal:
        load_settings(tmp_path, {})
    assert "port" in explain(refusal.value, "id")


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_name_like_no_other_is_answered_without_a_guess(tmp_path: Path, language: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings(tmp_path, {"JAMPEL_X": "1"})
    assert "“x”" in explain(refusal.value, language)
    assert "?" not in explain(refusal.value, language)


@pytest.mark.parametrize("name", ["JAMPEL_SERVER__PROT", "JAMPEL_SEVER__PORT", "JAMPEL_SERVER"])
def test_an_unknown_environment_setting_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings(tmp_path, {name: "1"})
    assert refusal.value.code.startswith("settings.unknown_key")


def test_the_address_of_a_database_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "rahasia"
    secret.write_text("postgresql://jampel:sandi@db/jampel\n")
    assert load_settings(tmp_path, {"JAMPEL_DATABASE__URL_FILE": str(secret)}).database.url.endswith("db/jampel")
    (tmp_path / "jampel.toml").write_text('[database]\npeople_url_file = "rahasia"\n')
    assert load_settings(tmp_path, {}).database.people_url.endswith("db/jampel")


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({"JAMPEL_DATABASE__URL_FILE": "tidak-ada"}, "settings.unreadable"),
        ({"JAMPEL_DATABASE__URL_FILE": "rahasia", "JAMPEL_DATABASE__URL": "postgresql://a/b"}, "settings.said_twice"),
    ],
)
def test_an_address_that_cannot_be_read_or_is_given_twice_is_refused(tmp_path: Path, environ, code: str) -> None:
    (tmp_path / "rahasia").write_text("postgresql://a/b")
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, environ)
    assert caught.value.code == code


def test_settings_never_show_the_address_of_a_database_by_themselves(tmp_path: Path) -> None:
    assert "sandi" not in repr(load_settings(tmp_path, {"JAMPEL_DATABASE__URL": "postgresql://a:sandi@b/c"}))


def test_options_of_systems_are_texts_and_their_tables_are_connections(tmp_path: Path) -> None:
    (tmp_path / "jampel.toml").write_text(
        '[adapters.moodle]\npause = 0.5\npush = true\n[adapters.moodle.Provinsi]\nurl = "https://a.example"\n'
    )
    environ = {
        "JAMPEL_ADAPTERS__MOODLE__PROVINSI__TOKEN": "rahasia",
        "JAMPEL_ADAPTERS__SIASN__URL": "https://b.example",
    }
    found = load_settings(tmp_path, environ).adapters
    assert found.shared("moodle") == {"pause": "0.5", "push": "ya"}
    assert found.named("moodle") == {"provinsi": {"url": "https://a.example", "token": "rahasia"}}
    assert found.shared("siasn") == {"url": "https://b.example"}


@pytest.mark.parametrize(
    ("text", "environ", "code"),
    [
        ("adapters = 1\n", {}, "settings.not_a_section"),
        ("[adapters]\nmoodle = 1\n", {}, "settings.not_a_section"),
        ("[adapters.moodle]\nurl = [1]\n", {}, "settings.wrong_type"),
        ("[adapters.moodle.a.b]\nurl = 1\n", {}, "settings.wrong_type"),
        ("", {"JAMPEL_ADAPTERS": "x"}, "settings.unknown_key"),
        ("", {"JAMPEL_ADAPTERS__MOODLE": "x"}, "settings.unknown_key_near"),
        ("", {"JAMPEL_ADAPTERS__MOODLE__A__B__C": "x"}, "settings.unknown_key_near"),
    ],
)
def test_options_of_systems_of_another_shape_are_refused(tmp_path: Path, text: str, environ, code: str) -> None:
    (tmp_path / "jampel.toml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, environ)
    assert caught.value.code == code


def test_each_setting_tells_where_it_comes_from(tmp_path: Path) -> None:
    (tmp_path / "jampel.toml").write_text('[server]\nport = 9000\nhost = "::1"\n[database]\nurl_file = "url"\n')
    (tmp_path / "url").write_text("postgresql://u:rahasia@h/n")
    environ = {"JAMPEL_SERVER__PORT": "9001"}
    found = sources_of(load_settings(tmp_path, environ), environ)
    assert found["server.port"] == "JAMPEL_SERVER__PORT"
    assert found["server.host"] == found["database.url_file"] == "jampel.toml"
    assert found["database.url"] == "url"
    assert found["server.workers"] == "bawaan"
    assert found.pop("data") == "--data"
    assert set(found) == {f"{name}.{key}" for name, kind in SECTIONS.items() for key in kind.__struct_fields__}


def test_config_show_names_sources_and_hides_secrets(tmp_path: Path) -> None:
    toml = (
        '[server]\nport = 9000\n[database]\nurl = "postgresql://u:rahasia@h/n"\n[adapters.moodle]\ntoken = "rahasia"\n'
    )
    (tmp_path / "jampel.toml").write_text(toml)
    done = CliRunner().invoke(main, ["config", "show", "--data", str(tmp_path)])
    shown = json.loads(done.stdout)
    assert (shown["server"]["port"], shown["sources"]["server.port"]) == (9000, "jampel.toml")
    assert "rahasia" not in done.output


def test_where_a_secret_lies_goes_into_a_backup_and_the_secret_does_not(tmp_path) -> None:
    lines = '[oidc]\nissuer = "https://sso.example"\nclient_secret_file = "secrets/oidc.secret"\n'
    (tmp_path / "jampel.toml").write_text(lines + '[database]\nurl = "postgresql://u:rahasia@h/n"\n')
    shown = file_without_secrets(load_settings(tmp_path, {}))
    assert 'client_secret_file = "secrets/oidc.secret"' in shown
    assert "rahasia" not in shown


def test_a_backup_does_not_lead_whoever_restores_it_to_the_database_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://u@h/n")
    (tmp_path / "jampel.toml").write_text('[database]\nurl_file = "url"\npeople_url_file = "url"\n')
    assert "url" not in file_without_secrets(load_settings(tmp_path, {}))
