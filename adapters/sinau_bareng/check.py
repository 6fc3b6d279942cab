"""What can be said of the comparison before any file is there: the settings, and the rules that all must keep."""

from collections.abc import Iterator

from adapters.bangkom_files import columns_line
from adapters.errors import AdapterError
from adapters.remote import N_, CheckLine, Connection
from adapters.sinau_bareng.settings import choices_of, rules_of
from xapi.audit.rule_set import without_zone

_HASH = 8


class SinauCheck:
    """Looks at the settings; asks no site, for no interface of BPSDMD is public."""

    def lines(self, connection: Connection) -> Iterator[CheckLine]:
        """As in `SystemCheck`."""
        yield columns_line(connection)
        try:
            choices = choices_of(connection)
        except AdapterError as error:
            yield CheckLine.of(error)
            return
        text = N_("Peringkat: di bawah %(small)s pegawai tanpa peringkat, rata-rata dibatasi per orang.")
        yield CheckLine(state="ok", text=text, params={"small": choices.small})
        rules = rules_of(connection)
        text = N_("Semua harus memakai tabel aturan %(version)s (%(hash)s); berkas dengan aturan lain ditandai.")
        params = {"version": rules.version, "hash": without_zone(rules)[:_HASH]}
        yield CheckLine(state="ok", text=text, params=params)
        yield CheckLine(
            state="unknown", text=N_("Cara BPSDMD menerima angka belum diketahui: tanyakan bentuk dan jadwalnya.")
        )
