"""The one command, `jampel`: subcommands are grouped by what they work on."""

from pathlib import Path

import click

from lti_tool.cli.late import Late, LateGroup
from lti_tool.console import N_, Option, option

#: A module is imported when its command is called: `jampel pack` needs neither a web server nor a database.
COMMANDS = (
    Late(
        "adapter",
        "lti_tool.cli.adapter:adapter",
        N_("Sistem yang dikenal Jampel, dan catatan yang berpindah dari dan ke sana."),
    ),
    Late("admin", "lti_tool.cli.admin:admin", N_("Akun petugas: admin, auditor, penyusun.")),
    Late("audit", "lti_tool.cli.audit:audit", N_("Audit JP: rekap, jejak bukti, aturan.")),
    Late(
        "backup",
        "lti_tool.cli.backup:backup",
        N_("Cadangkan seluruh pemasangan ke satu berkas, juga selagi Jampel berjalan."),
    ),
    Late("check", "lti_tool.cli.check:check", N_("Periksa paket apa pun: apa yang salah dan cara membetulkannya.")),
    Late("config", "lti_tool.cli.server:config", N_("Lihat pengaturan.")),
    Late(
        "convert",
        "lti_tool.cli.convert:convert",
        N_("Pindahkan paket SCORM atau cmi5 ke standar lain; jembatan menerjemahkan panggilannya ke LMS."),
    ),
    Late(
        "database",
        "lti_tool.cli.database:database",
        N_("Basis data: pindahkan dari berkas ke PostgreSQL atau sebaliknya."),
    ),
    Late(
        "demo",
        "lti_tool.cli.demo:demo",
        N_("Jalankan semuanya di mesin ini: tiga modul, LMS contoh, LRS, dan setahun catatan."),
    ),
    Late(
        "doctor",
        "lti_tool.cli.server:doctor",
        N_(
            "Periksa pemasangan: nama impor, pengaturan, basis data. Dengan PLATFORM (id, nama, atau issuer): periksa "
            "sambungan ke LMS itu."
        ),
    ),
    Late("lrs", "lti_tool.cli.lrs:lrs", N_("LRS bawaan.")),
    Late("lti", "lti_tool.cli.lti:lti", N_("Daftarkan LMS (platform LTI 1.3).")),
    Late("modul", "lti_tool.cli.modul:modul", N_("Buat modul dan kelola pustaka.")),
    Late("outbox", "lti_tool.cli.outbox:outbox", N_("Yang menunggu dikirim: pernyataan dan nilai.")),
    Late("pack", "lti_tool.cli.pack:pack", N_("Kemas folder modul menjadi paket.")),
    Late("people", "lti_tool.cli.people:people", N_("Pegawai: NIP, nama, OPD, status, jabatan.")),
    Late(
        "repair",
        "lti_tool.cli.repair:repair",
        N_("Betulkan paket sejauh tidak perlu menebak, dan sebutkan setiap perubahan."),
    ),
    Late(
        "restore",
        "lti_tool.cli.backup:restore",
        N_("Pulihkan cadangan ke tempat yang masih kosong, lalu periksa hasilnya."),
    ),
    Late("sandbox", "lti_tool.cli.demo:sandbox", hidden=True),
    Late("serve", "lti_tool.cli.server:serve", N_("Jalankan server web dan satu pekerja.")),
    Late(
        "subject",
        "lti_tool.cli.subject:subject",
        N_("Hak subjek data (UU 27/2022): salinan, penundaan, pembetulan, penghapusan, retensi."),
    ),
    Late(
        "worker",
        "lti_tool.cli.server:worker",
        N_("Jalankan pekerja saja: kirim pernyataan dan nilai, hitung kredit."),
    ),
)


@click.group(
    cls=LateGroup,
    late=COMMANDS,
    help=N_("Modul belajar ASN ke LMS mana pun, catatannya ke LRS, dan JP-nya ke laporan yang bisa diperiksa."),
)
@click.version_option(package_name="jampel", cls=Option, help=N_("Tampilkan versi."))
@option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=N_("Folder data (bawaan: JAMPEL_DATA, lalu ./jampel-data)."),
)
@click.pass_context
def main(ctx: click.Context, data: Path | None) -> None:
    """The root command; `--data` may stand before or after the subcommand."""
    ctx.obj = {"data": data}
