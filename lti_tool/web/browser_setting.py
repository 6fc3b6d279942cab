"""Which setting of a browser keeps the cookies of a frame out, in words that the person at it can follow."""

import re

import msgspec
from flask_babel import gettext as _

_APPLE = re.compile(r"iPhone|iPad|iPod")
_IN_APP = re.compile(r"; wv\)|MoodleMobile|FBAN|FBAV|Instagram|WhatsApp|Line/")


class Setting(msgspec.Struct, frozen=True):
    """The browser's name, and where its setting is."""

    browser: str
    where: str


def blamed(user_agent: str) -> Setting:
    """The setting of the browser that calls itself `user_agent`; browsers call themselves by many names, and the order
    here is from the particular to the general."""
    if _IN_APP.search(user_agent):
        name, where = _("peramban di dalam aplikasi"), _(
            "Aplikasi ini membuka halaman dengan peramban kecil yang menolak cookie. Buka LMS di peramban biasa, "
            "misalnya Chrome, lalu buka modul ini dari sana."
        )  # fmt: skip
    elif "Firefox/" in user_agent or "FxiOS/" in user_agent:
        name, where = "Firefox", _(
            "Buka Pengaturan → Privasi & Keamanan → Perlindungan Pelacakan Ditingkatkan. Pilih “Standar”, atau tekan "
            "ikon perisai di bilah alamat dan matikan perlindungan untuk alamat LMS."
        )  # fmt: skip
    elif "Edg" in user_agent:
        name, where = "Edge", _(
            "Buka Setelan → Cookie dan izin situs → Kelola cookie. Matikan “Blokir cookie pihak ketiga”, atau izinkan "
            "cookie untuk alamat Jampel."
        )  # fmt: skip
    elif "SamsungBrowser/" in user_agent:
        name, where = "Samsung Internet", _(
            "Buka Pengaturan → Data penjelajahan personal → Pelacakan cerdas. Matikan “Pelacakan anti-cerdas” dan "
            "izinkan cookie."
        )  # fmt: skip
    elif _APPLE.search(user_agent):
        name, where = "Safari", _(
            "Buka aplikasi Pengaturan → Apl → Safari. Matikan “Cegah Pelacakan Lintas Situs” dan “Blokir Semua Cookie”."
        )  # fmt: skip
    elif "Chrome/" in user_agent or "Chromium/" in user_agent:
        name, where = "Chrome", _(
            "Buka Setelan → Privasi dan keamanan → Cookie pihak ketiga. Pilih “Izinkan cookie pihak ketiga”, atau "
            "tambahkan alamat Jampel ke daftar situs yang diizinkan."
        )  # fmt: skip
    elif "Safari/" in user_agent:
        name, where = "Safari", _(
            "Buka Safari → Pengaturan → Privasi. Matikan “Cegah pelacakan lintas situs” dan “Blokir semua cookie”."
        )  # fmt: skip
    else:
        name, where = _("peramban ini"), _(
            "Buka pengaturan privasi peramban dan izinkan cookie pihak ketiga untuk alamat Jampel."
        )  # fmt: skip
    return Setting(name, where)
