"""Which setting of a browser keeps the cookies of a frame out, in words that the person at it can follow."""

import re

import msgspec
from flask_babel import lazy_gettext as N_


class Setting(msgspec.Struct, frozen=True):
    """The browser's name, and where its setting is."""

    browser: str
    where: str


#: (what a browser calls itself, its name, where its setting is). Browsers also call themselves by the names of others,
#: so the order is from the particular to the general.
_BROWSERS = (
    (
        r"; wv\)|MoodleMobile|FBAN|FBAV|Instagram|WhatsApp|Line/",
        N_("peramban di dalam aplikasi"),
        N_(
            "Aplikasi ini membuka halaman dengan peramban kecil yang menolak cookie. Buka LMS di peramban biasa, "
            "misalnya Chrome, lalu buka modul ini dari sana."
        ),
    ),
    (
        r"Firefox/|FxiOS/",
        "Firefox",
        N_(
            "Buka Pengaturan → Privasi & Keamanan → Perlindungan Pelacakan Ditingkatkan. Pilih “Standar”, atau tekan "
            "ikon perisai di bilah alamat dan matikan perlindungan untuk alamat LMS."
        ),
    ),
    (
        r"Edg",
        "Edge",
        N_(
            "Buka Setelan → Cookie dan izin situs → Kelola cookie. Matikan “Blokir cookie pihak ketiga”, atau izinkan "
            "cookie untuk alamat Jampel."
        ),
    ),
    (
        r"SamsungBrowser/",
        "Samsung Internet",
        N_(
            "Buka Pengaturan → Data penjelajahan personal → Pelacakan cerdas. Matikan “Pelacakan anti-cerdas” dan "
            "izinkan cookie."
        ),
    ),
    (
        r"iPhone|iPad|iPod",
        "Safari",
        N_(
            "Buka aplikasi Pengaturan → Apl → Safari. Matikan “Cegah Pelacakan Lintas Situs” dan “Blokir Semua Cookie”."
        ),
    ),
    (
        r"Chrome/|Chromium/",
        "Chrome",
        N_(
            "Buka Setelan → Privasi dan keamanan → Cookie pihak ketiga. Pilih “Izinkan cookie pihak ketiga”, atau "
            "tambahkan alamat Jampel ke daftar situs yang diizinkan."
        ),
    ),
    (
        r"Safari/",
        "Safari",
        N_("Buka Safari → Pengaturan → Privasi. Matikan “Cegah pelacakan lintas situs” dan “Blokir semua cookie”."),
    ),
    (
        r"",
        N_("peramban ini"),
        N_("Buka pengaturan privasi peramban dan izinkan cookie pihak ketiga untuk alamat Jampel."),
    ),
)


def blamed(user_agent: str) -> Setting:
    """The setting of the browser that calls itself `user_agent`, in the language of the page."""
    name, where = next((name, where) for known, name, where in _BROWSERS if re.search(known, user_agent))
    return Setting(str(name), str(where))
