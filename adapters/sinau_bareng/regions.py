"""The 35 kabupaten and kota of Jawa Tengah with the codes of Kemendagri, and how people write their names."""

from functools import lru_cache

from adapters.errors import AdapterError
from xapi.identity import mask_nips_in
from xapi.sheet import plain_name

_KABUPATEN = (
    "Cilacap", "Banyumas", "Purbalingga", "Banjarnegara", "Kebumen", "Purworejo", "Wonosobo", "Magelang", "Boyolali",
    "Klaten", "Sukoharjo", "Wonogiri", "Karanganyar", "Sragen", "Grobogan", "Blora", "Rembang", "Pati", "Kudus",
    "Jepara", "Demak", "Semarang", "Temanggung", "Kendal", "Batang", "Pekalongan", "Pemalang", "Tegal", "Brebes",
)  # fmt: skip
_KOTA = ("Magelang", "Surakarta", "Salatiga", "Semarang", "Pekalongan", "Tegal")
REGIONS = {
    **{f"33.{at:02}": f"Kabupaten {name}" for at, name in enumerate(_KABUPATEN, start=1)},
    **{f"33.{at:02}": f"Kota {name}" for at, name in enumerate(_KOTA, start=71)},
}
"""The names by their codes."""
_SHOWN = 60
_BEFORE = ("pemerintah daerah ", "pemerintah ")
_SHORT = {
    "kab": "kabupaten", "pemkab": "kabupaten", "pemda kabupaten": "kabupaten", "pemkot": "kota", "solo": "surakarta",
}  # fmt: skip


@lru_cache(maxsize=1024)
def region_of(text: str) -> str:
    """The code of the region that `text` names, by its code or its name (`Kab. Tegal`, `Pemkot Tegal`).

    A name without kabupaten or kota is enough where only one has it: there are two of Tegal. Raises AdapterError
    `sinau.region_unknown`.
    """
    if text.strip() in REGIONS:
        return text.strip()
    plain = plain_name(text)
    for before in _BEFORE:
        plain = plain.removeprefix(before)
    first, _, rest = plain.partition(" ")
    wanted = " ".join(filter(None, (_SHORT.get(first, first), _SHORT.get(rest, rest))))
    found = [code for code, name in REGIONS.items() if wanted in (plain_name(name), plain_name(name).partition(" ")[2])]
    exact = [code for code in found if plain_name(REGIONS[code]) == wanted] or found
    if len(exact) != 1:
        raise AdapterError("sinau.region_unknown", "no such region", value=mask_nips_in(text)[:_SHOWN])
    return exact[0]
