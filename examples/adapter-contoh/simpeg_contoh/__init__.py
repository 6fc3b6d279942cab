"""An invented SIMPEG as an adapter of Jampel: it is read over HTTP, and by CSV where there is no link."""

from adapters.base import Adapter, System
from adapters.http import HTTP_OPTIONS
from adapters.remote import Door, IdentityMapping, Option
from simpeg_contoh.check import ContohCheck
from simpeg_contoh.exchange import ContohExchange
from simpeg_contoh.pull import ContohPull

ADAPTER: Adapter = System(
    name="simpeg_contoh",
    title="SIMPEG Contoh",
    pull=ContohPull(),
    exchange=ContohExchange(),
    check=ContohCheck(),
    identity=IdentityMapping(nip_fields=("nip",), account_field="nip", name_field="nama"),
    options=(
        *HTTP_OPTIONS,
        Option(
            name="token",
            text="Token API, dari admin SIMPEG.",
            secret=True,
            required=True,
            package="simpeg_contoh",
        ),
    ),
    doors=(
        Door(
            name="API",
            confirmed="no",
            text="API riwayat pelatihan. SIMPEG ini rekaan, jadi tidak ada yang menguatkannya.",
            package="simpeg_contoh",
        ),
        Door(name="CSV", confirmed="no", text="Ekspor riwayat pelatihan sebagai CSV.", package="simpeg_contoh"),
    ),
)
