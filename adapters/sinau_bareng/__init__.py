"""BPSDMD Jawa Tengah (ASN Sinau Bareng): its trainings come in, and the figures of 35 kabupaten/kota are compared."""

from adapters.bangkom_files import COLUMNS
from adapters.base import Adapter, System
from adapters.remote import N_, Door, Option
from adapters.sinau_bareng.check import SinauCheck
from adapters.sinau_bareng.exchange import SinauExchange

ADAPTER: Adapter = System(
    name="sinau_bareng",
    title="ASN Sinau Bareng (BPSDMD Jawa Tengah)",
    exchange=SinauExchange(),
    check=SinauCheck(),
    options=(
        COLUMNS,
        Option(name="region", text=N_("Kabupaten atau kota pengirim angka (bawaan: nama instansi).")),
        Option(name="cap", text=N_("JP seorang yang dihitung paling banyak dalam rata-rata (bawaan: targetnya).")),
        Option(
            name="small",
            text=N_("Di bawah jumlah pegawai ini tidak diberi peringkat, sebab satu orang mengubah segalanya."),
            default="30",
        ),
        Option(
            name="sheets",
            text=N_('"ya" memberi peringkat juga bagi lembar tanpa tabel aturan; tandanya tetap tampil.'),
        ),
    ),
    doors=(
        Door(
            name="Angka JSON, XLSX, CSV",
            confirmed="no",
            text=N_(
                "Kabupaten/kota mengirim sebaran JP tanpa nama; tata letaknya milik Jampel, belum disepakati BPSDMD."
            ),
        ),
        Door(
            name="Lembar tanpa Jampel",
            confirmed="no",
            text=N_("Satu baris per pegawai atau per JP; aturannya tidak dapat diperiksa, jadi ditandai."),
        ),
        Door(
            name="Kelulusan JSON, XLSX, ODS, CSV",
            confirmed="no",
            text=N_("Daftar lulus pelatihan BPSDMD dibaca kabupaten/kota; nama kolomnya dapat dipetakan."),
        ),
        Door(
            name="API",
            confirmed="no",
            text=N_("Tidak ada antarmuka ASN Sinau Bareng atau Jateng Pinter Bareng yang diumumkan; tanyakan BPSDMD."),
        ),
    ),
)
