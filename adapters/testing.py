"""What every adapter promises, as claims to try: `tests/contract` runs them over ours, a third party over its own.

In a test of a package with an adapter::

    import pytest
    from adapters.testing import CLAIMS
    from paket_saya import ADAPTER

    @pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
    def test_the_adapter_keeps(claim, tmp_path):
        assert claim(ADAPTER, tmp_path) == []

A claim takes the adapter and an empty folder and returns what is wrong, in English; nothing here needs pytest or a
network.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from adapters.base import CAPABILITIES, Adapter, capabilities
from adapters.launch_profile import LaunchProfile
from adapters.remote import STATES, AcceptedCredit, Connection
from adapters.wire_http import BrokenLinkError, NotSentError, Reply, Sent
from scorm_packager.preset import Preset
from xapi.errors import JampelError
from xapi.identity import contains_nip
from xapi.lrs.principal import SOURCES
from xapi.words import explain, translate

TELLTALE = "rahasia-uji-0123456789"
NIP = "199001012099031001"
NOW = datetime(2026, 7, 1, 3, tzinfo=UTC)
_RESERVED = "push"  # the command's own option
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")


def connection(
    options: Mapping[str, str] | None = None, *, transport: Callable[[Sent], Reply] | None = None
) -> Connection:
    """A connection for tests: at a fixed moment in Jakarta, with these options, never waiting and never online."""
    return Connection(
        institution="1" * 32,
        options=dict(options or {}),
        clock=lambda: NOW,
        zone=ZoneInfo("Asia/Jakarta"),
        forms=frozenset({"kursus", "seminar", "bimbingan-teknis", "e-learning"}),
        sleep=lambda _seconds: None,
        transport=transport or _nobody,
    )


def credit(**changes: Any) -> AcceptedCredit:
    """An accepted credit of an invented person."""
    values: dict[str, Any] = {
        "statement": "00000000-0000-4000-8000-000000000001",
        "nip": NIP,
        "name": "Siti Contoh",
        "title": "Bimbingan Teknis Pelayanan",
        "organiser": "BKPSDM Contoh",
        "form": "bimbingan-teknis",
        "bkn": 8,
        "jp": 850,
        "year": 2026,
        "first": date(2026, 3, 2),
        "last": date(2026, 3, 3),
        "certificate": "SRT/1/2026",
    }
    return AcceptedCredit(**values | changes)


def _nobody(_sent: Sent) -> Reply:
    raise NotSentError("tests have no network")


def it_has_a_name_to_type_and_a_title_to_read(adapter: Adapter, _folder: Path) -> list[str]:
    """The name is for the command and the settings, the title for people."""
    faults = [] if isinstance(adapter, Adapter) else ["it lacks attributes of Adapter"]
    if not _NAME.fullmatch(adapter.name):
        faults.append(f"name: {adapter.name!r} is not lower case letters, digits and underscores")
    return faults if adapter.title.strip() else [*faults, "title is empty"]


def it_can_do_something(adapter: Adapter, _folder: Path) -> list[str]:
    """One capability at least."""
    return [] if capabilities(adapter) and set(capabilities(adapter)) <= set(CAPABILITIES) else ["it can do nothing"]


def its_values_cannot_be_changed(adapter: Adapter, _folder: Path) -> list[str]:
    """Adapters are shared by everything that runs."""
    faults = []
    for thing in (adapter, adapter.launch_profile):
        if thing is None:
            continue
        try:
            thing.name = thing.name  # type: ignore[misc]
        except (AttributeError, TypeError):
            continue
        faults.append(f"{type(thing).__name__} can be changed")
    return faults


def its_launch_profile_is_one_our_launches_can_use(adapter: Adapter, _folder: Path) -> list[str]:
    """A product family needs a way to launch; values stay within what the services of LTI allow."""
    profile = adapter.launch_profile
    if profile is None:
        return ["a product family without a launch profile"] if adapter.product_families else []
    media = profile.media_types
    types = (media.line_item, media.line_items, media.score, media.results, media.membership)
    told = {
        "it is no LaunchProfile": isinstance(profile, LaunchProfile) and is_dataclass(profile),
        "its name is another than the adapter's": profile.name == adapter.name,
        "it finds a person in no claims": profile.person_id({}) is None,
        "title_limit": profile.title_limit > 0,
        "token_backdate_seconds": profile.token_backdate_seconds >= 0,
        "a status is both": not profile.not_gradable_statuses & profile.stale_score_statuses,
        "a status is no refusal": all(
            status >= 400 for status in profile.not_gradable_statuses | profile.stale_score_statuses
        ),
        "line_item_maximum": profile.line_item_score_maximum(100.0) >= 1.0,
        "a media type is a list": all("," not in value and ";" not in value for value in types),
    }
    return [fault for fault, kept in told.items() if not kept]


def its_package_preset_can_be_chosen_by_name(adapter: Adapter, _folder: Path) -> list[str]:
    """As `jampel pack --lms NAME`."""
    preset = adapter.package_preset
    if preset is None or (isinstance(preset, Preset) and re.fullmatch(r"[a-z0-9]+", preset.name)):
        return []
    return ["package_preset is no Preset with a plain name"]


def its_options_are_documented(adapter: Adapter, _folder: Path) -> list[str]:
    """Each has a name for the settings file and a text in both languages; a secret has no default."""
    faults = []
    names = [option.name for option in adapter.options]
    if len(names) != len(set(names)):
        faults.append("an option stands twice")
    for option in adapter.options:
        if not _NAME.fullmatch(option.name) or option.name == _RESERVED or option.name.endswith("_file_file"):
            faults.append(f"option {option.name}: no name for a setting")
        if option.default and (option.secret or option.required):
            faults.append(f"option {option.name}: a secret or required option has a default")
        faults += _untranslated(f"option {option.name}", option.package, option.text)
    return faults


def its_doors_have_texts(adapter: Adapter, _folder: Path) -> list[str]:
    """Each door says in both languages what it is and whether it is confirmed."""
    faults = []
    for door in adapter.doors:
        if not door.name.strip() or door.confirmed not in ("yes", "partly", "no"):
            faults.append(f"door {door.name!r}: confirmed is yes, partly or no")
        faults += _untranslated(f"door {door.name}", door.package, door.text)
    return faults


def _untranslated(where: str, package: str, text: str) -> list[str]:
    if not text.strip():
        return [f"{where}: no text"]
    return [] if translate(package, "en", text) != text else [f"{where}: no English words in {package}"]


def its_files_are_named_by_extension(adapter: Adapter, _folder: Path) -> list[str]:
    """`.xlsx`, lower case with the dot; and the source of evidence is one that the ledger knows."""
    found = adapter.exchange
    if found is None:
        return []
    faults = [f"extension {one}" for one in found.extensions if not re.fullmatch(r"\.[a-z0-9]+", one)]
    if not found.extensions:
        faults.append("no extension")
    return faults if found.source in SOURCES else [*faults, f"source {found.source}"]


def it_refuses_hostile_files(adapter: Adapter, folder: Path) -> list[str]:
    """Whatever a file holds, it is refused with a sentence or gives no record; it never crashes."""
    if adapter.exchange is None:
        return []
    faults = []
    for extension in adapter.exchange.extensions:
        for what, content in _hostile():
            path = folder / f"{what}{extension}"
            path.write_bytes(content)
            faults += _read_faults(adapter, path)
        folder_path = folder / f"folder{extension}"
        folder_path.mkdir(exist_ok=True)
        for path in (folder_path, folder / f"missing{extension}"):
            faults += _read_faults(adapter, path)
    return faults


def _read_faults(adapter: Adapter, path: Path) -> list[str]:
    try:
        held = adapter.exchange.read(path, connection()) if adapter.exchange else None
    except (JampelError, OSError) as error:
        return _silent(error) if isinstance(error, JampelError) else []
    except Exception as cause:  # noqa: BLE001 - any crash is what this looks for
        return [f"{path.name}: {type(cause).__name__}"]
    return [f"{path.name}: gives records"] if held is not None and held.records else []


def _hostile() -> Iterator[tuple[str, bytes]]:
    yield "empty", b""
    yield "zeros", bytes(10 * 1024 * 1024)
    yield "binary", bytes(range(256)) * 64
    yield "page", b"<!doctype html><html><body>Masuk dahulu</body></html>"
    yield "text", b"satu\ndua\ntiga\n"
    yield "json", b'{"a": [' + b"[" * 5000
    yield "broken-text", b"NIP;Nama\n\xff\xfe\x00;\xc3\x28\n"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("../../keluar.txt", "x")
        packed.writestr("besar.xml", bytes(20 * 1024 * 1024))
    yield "archive", archive.getvalue()


def it_pulls_nothing_without_a_connection(adapter: Adapter, _folder: Path) -> list[str]:
    """A setting that is missing, and a system that answers nonsense, are errors with a sentence."""
    if adapter.pull is None:
        return []
    pull = adapter.pull
    faults = [] if pull.source in SOURCES else [f"source {pull.source}"]
    if any(option.required for option in adapter.options):
        faults += _must_refuse("no options", lambda: list(pull.pages(connection(), "")))
    for what, transport in _nonsense():
        given = connection(_filled(adapter), transport=transport)
        faults += _may_refuse(what, lambda given=given: _few(pull.pages(given, "")))  # type: ignore[misc]
    return faults


def _few(pages: Iterator[Any]) -> None:
    """Reads as much as shows whether there is an end: a system of nonsense has no thousand pages."""
    for count, _page in enumerate(pages):
        if count > 1000:
            raise OverflowError("it never ends")


def _nonsense() -> Iterator[tuple[str, Callable[[Sent], Reply]]]:
    def gone(_sent: Sent) -> Reply:
        raise BrokenLinkError

    yield "nobody there", _nobody
    yield "a broken connection", gone
    for status in (200, 401, 403, 404, 500, 503):
        yield f"an empty answer {status}", lambda _sent, status=status: Reply(status)  # type: ignore[misc]
    for body in (b"<html>", b"null", b"[]", b"{}", b"[null]", b'"teks"', b"1e999", b"[" * 5000, b'{"data":[{}]}'):
        yield f"the answer {body[:12]!r}", lambda _sent, body=body: Reply(200, body)  # type: ignore[misc]


def _filled(adapter: Adapter) -> dict[str, str]:
    """Options as an admin might have written them."""
    return {
        option.name: option.default
        or ("https://contoh.example/" if "url" in option.name else TELLTALE if option.secret else "")
        or ("1" if option.required else "")
        for option in adapter.options
    }


def it_prepares_a_credit_the_same_each_time(adapter: Adapter, _folder: Path) -> list[str]:
    """The key stays, holds no NIP, and the body is plain data; a credit that cannot be sent says why."""
    if adapter.push is None:
        return []
    push, given = adapter.push, connection(_filled(adapter))
    faults: list[str] = []
    for one in (credit(), credit(bkn=None, certificate="", organiser=""), credit(jp=1), credit(title="x" * 5000)):
        try:
            first, second = push.prepare(one, given), push.prepare(one, given)
            msgspec.json.encode(first.body)
        except JampelError as error:
            faults += _silent(error)
            continue
        except Exception as cause:  # noqa: BLE001 - any crash is what this looks for
            faults.append(f"prepare: {type(cause).__name__}")
            continue
        if first.key != second.key or not first.key or contains_nip(first.key):
            faults.append("the key changes, is empty or holds a NIP")
        if first.body != second.body:
            faults.append("the body changes from one time to the next")
    return faults


def it_sends_nothing_without_a_connection(adapter: Adapter, _folder: Path) -> list[str]:
    """A system that is away is an error with a sentence, when a record is looked for and when it is sent."""
    if adapter.push is None:
        return []
    push, given = adapter.push, connection(_filled(adapter))
    try:
        prepared = push.prepare(credit(), given)
    except JampelError as error:
        return _silent(error)
    faults = _must_refuse("find, nobody there", lambda: push.find(prepared, given))
    return faults + _must_refuse("send, nobody there", lambda: push.send(prepared, given))


def its_check_says_what_is_the_matter(adapter: Adapter, _folder: Path) -> list[str]:
    """Lines with a known state and words in both languages, whatever the system answers."""
    if adapter.check is None:
        return []
    faults = []
    for what, transport in (("no options", None), *_nonsense()):
        given = connection({} if transport is None else _filled(adapter), transport=transport)
        try:
            lines = list(adapter.check.lines(given))
        except JampelError as error:
            faults += _silent(error) if error.code == "adapter.option_missing" else [f"check, {what}: {error.code}"]
            continue
        except Exception as cause:  # noqa: BLE001 - any crash is what this looks for
            faults.append(f"check, {what}: {type(cause).__name__}")
            continue
        for line in lines:
            said = {language: line.sentence(language) for language in ("id", "en")}
            if line.state not in STATES or said["id"] == said["en"] or TELLTALE in "".join(said.values()):
                faults.append(f"check, {what}: {line.state}, {said['en']}")
    return faults


def _must_refuse(what: str, act: Callable[[], object]) -> list[str]:
    return _may_refuse(what, act) if _raises(act) else [f"{what}: no error"]


def _raises(act: Callable[[], object]) -> bool:
    try:
        act()
    except Exception:  # noqa: BLE001 - of which kind is told by whoever asks next
        return True
    return False


def _may_refuse(what: str, act: Callable[[], object]) -> list[str]:
    try:
        act()
    except JampelError as error:
        return _silent(error)
    except Exception as cause:  # noqa: BLE001 - any crash is what this looks for
        return [f"{what}: {type(cause).__name__}"]
    return []


def _silent(error: JampelError) -> list[str]:
    """An error has a sentence in both languages, and keeps the secrets to itself."""
    said = {language: explain(error, language) for language in ("id", "en")}
    shown = "".join((*said.values(), repr(error), repr(error.__cause__)))
    faults = [f"{error.code} has no sentence"] if said["id"] == said["en"] else []
    return [*faults, f"{error.code} tells a secret or a NIP"] if TELLTALE in shown or contains_nip(shown) else faults


CLAIMS: tuple[Callable[[Adapter, Path], list[str]], ...] = (
    it_has_a_name_to_type_and_a_title_to_read,
    it_can_do_something,
    its_values_cannot_be_changed,
    its_launch_profile_is_one_our_launches_can_use,
    its_package_preset_can_be_chosen_by_name,
    its_options_are_documented,
    its_doors_have_texts,
    its_files_are_named_by_extension,
    it_refuses_hostile_files,
    it_pulls_nothing_without_a_connection,
    it_prepares_a_credit_the_same_each_time,
    it_sends_nothing_without_a_connection,
    its_check_says_what_is_the_matter,
)
