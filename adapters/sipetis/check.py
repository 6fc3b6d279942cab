"""What can be said of SiPetis without asking it: whether the names of its columns can be read."""

from collections.abc import Iterator

from adapters.bangkom_files import columns_line
from adapters.remote import N_, CheckLine, Connection


class SipetisCheck:
    """Looks at the setting `columns`; asks no site, for no interface of SiPetis is public."""

    def lines(self, connection: Connection) -> Iterator[CheckLine]:
        """As in `SystemCheck`."""
        yield columns_line(connection)
        yield CheckLine(
            state="unknown", text=N_("Antarmuka SiPetis tidak diumumkan: berkas, atau LTI bila pengelolanya membuka.")
        )
