"""SIASN, the national record of civil servants kept by BKN: accepted credits into it, and the history out of it.

The door is confirmed by public SDKs, not by the live service (docs/systems/siasn.md).
"""

from adapters.base import Adapter, System
from adapters.remote import N_, Door, IdentityMapping
from adapters.siasn.check import SiasnCheck
from adapters.siasn.history import SiasnHistory
from adapters.siasn.options import OPTIONS
from adapters.siasn.push import SiasnPush

ADAPTER: Adapter = System(
    name="siasn",
    title="SIASN (BKN)",
    pull=SiasnHistory(),
    push=SiasnPush(),
    identity=IdentityMapping(nip_fields=("nipBaru",), account_field="id", name_field="nama"),
    check=SiasnCheck(),
    options=OPTIONS,
    doors=(
        Door(
            name="API SIASN",
            confirmed="partly",
            text=N_(
                "Menurut SDK publik; layanan sebenarnya belum dicoba. Perlu perjanjian dengan BKN, dan sejak 2025 MFA."
            ),
        ),
        Door(
            name="XLSX, CSV, JSON",
            confirmed="partly",
            text=N_("Rencana pengiriman sebagai berkas, untuk dikirim oleh SIMPEG instansi sendiri."),
        ),
    ),
)
