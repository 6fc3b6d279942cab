"""What an institution sets for SIASN, `[adapters.siasn]`, and what of it the adapter makes of these texts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from adapters.errors import AdapterError
from adapters.http import HTTP_OPTIONS
from adapters.remote import N_, Connection, Option
from adapters.siasn.references import STRUCTURAL_TRAINING
from xapi.sheet import plain_name

URL = "https://apimws.bkn.go.id:8243/apisiasn/1.0"
WSO_URL = "https://apimws.bkn.go.id/oauth2/token"
SSO_URL = "https://sso-siasn.bkn.go.id/auth/realms/public-siasn/protocol/openid-connect/token"
SECRETS = ("consumer_key", "consumer_secret", "sso_username", "sso_password", "sso_token")
ROUNDINGS = ("down", "nearest", "up")
UPLOADS = ("after", "before", "off")
YES = frozenset({"ya", "yes", "true", "1"})
ANY_TITLE = "*"

OPTIONS = (
    Option(name="url", text=N_("Alamat API SIASN."), default=URL),
    Option(name="wso_url", text=N_("Alamat token APIM (WSO2)."), default=WSO_URL),
    Option(name="sso_url", text=N_("Alamat token SSO SIASN (Keycloak)."), default=SSO_URL),
    Option(name="consumer_key", text=N_("Consumer key APIM dari BKN."), secret=True, required=True),
    Option(name="consumer_secret", text=N_("Consumer secret APIM dari BKN."), secret=True, required=True),
    Option(
        name="sso_token",
        text=N_("Token akses SSO yang sudah jadi. Bila diisi, nama dan kata sandi SSO tidak dipakai."),
        secret=True,
    ),
    Option(name="sso_client_id", text=N_("Client ID SSO dari BKN.")),
    Option(name="sso_username", text=N_("Nama pengguna SSO, biasanya NIP petugas."), secret=True),
    Option(name="sso_password", text=N_("Kata sandi SSO."), secret=True),
    Option(name="instansi_id", text=N_("ID instansi menurut BKN (instansiId), wajib untuk mengirim riwayat kursus.")),
    Option(name="location_id", text=N_("ID lokasi menurut BKN (lokasiId), boleh kosong.")),
    Option(
        name="rounding",
        text=N_("Pembulatan JP pecahan menjadi jam bulat: down (ke bawah), nearest (terdekat), up (ke atas)."),
        default="down",
    ),
    Option(
        name="structural",
        text=N_(
            'ID latihan struktural menurut kata dalam judul pelatihan, misalnya "pengawas=2; administrator=3; *=8".'
        ),
    ),
    Option(
        name="evidence_folder", text=N_("Folder sertifikat PDF; nama berkasnya SHA-256 isinya, misalnya ab12….pdf.")
    ),
    Option(
        name="upload",
        text=N_("Kapan sertifikat diunggah: after (setelah riwayat disimpan), before (sebelumnya), off (tidak)."),
        default="after",
    ),
    Option(name="upload_most_kb", text=N_("Ukuran terbesar sertifikat yang diunggah, dalam KiB."), default="1024"),
    Option(name="pull_from", text=N_("Tahun pertama riwayat yang dibaca; kosong berarti tahun berjalan.")),
    *HTTP_OPTIONS[1:],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The institution's choices. `structural` are words of a title (compared as `plain_name`) and the id of
    latihanStruktural that they mean, in the order they are tried; `push` is the option that the command adds to every
    adapter that writes; `most_bytes` bounds a certificate; `pull_from` is a year."""

    instansi_id: str
    location_id: str
    push: bool
    rounding: str
    structural: Mapping[str, str]
    evidence_folder: Path | None
    upload: str
    most_bytes: int
    pull_from: int

    def structural_id(self, title: str) -> str | None:
        """The id of the structural training that `title` means, None when no setting knows it."""
        words = f" {plain_name(title)} "
        found = (number for name, number in self.structural.items() if f" {name} " in words)
        return next(found, self.structural.get(ANY_TITLE))


def choices_of(connection: Connection) -> Choices:
    """What `connection` is set to; raises AdapterError `siasn.setting_value` for a value that is none."""
    options = connection.options
    folder = options.get("evidence_folder", "").strip()
    return Choices(
        instansi_id=options.get("instansi_id", "").strip(),
        location_id=options.get("location_id", "").strip(),
        push=options.get("push", "").strip().casefold() in YES,
        rounding=_one_of(options, "rounding", ROUNDINGS),
        structural=_structural(options.get("structural", "")),
        evidence_folder=Path(folder) if folder else None,
        upload=_one_of(options, "upload", UPLOADS),
        most_bytes=_number(options, "upload_most_kb", 1024) * 1024,
        pull_from=_number(options, "pull_from", connection.clock().astimezone(connection.zone).year),
    )


def _one_of(options: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    value = options.get(name, "").strip().casefold() or known[0]
    if value not in known:
        raise _wrong(name, value, ", ".join(known))
    return value


def _number(options: Mapping[str, str], name: str, default: int) -> int:
    value = options.get(name, "").strip()
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and 0 < int(value[:9]) < 1_000_000):
        raise _wrong(name, value, "1 – 999999")
    return int(value)


def _structural(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in re.split(r"[;,\n]", text))):
        words, _equals, number = (piece.strip() for piece in part.rpartition("="))
        name = ANY_TITLE if words == ANY_TITLE else plain_name(words)
        if not name or number not in STRUCTURAL_TRAINING:
            raise _wrong("structural", part, "kata=1 … kata=8; *=8")
        found[name] = number
    return found


def _wrong(name: str, value: str, known: str) -> AdapterError:
    return AdapterError("siasn.setting_value", f"{name}: {known}", name=name, value=value[:40], known=known)
