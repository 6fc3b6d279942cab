"""Tells an admin whether SIMPEG Contoh can be read: asks for one row, and says what the answer means."""

from collections.abc import Iterator

from adapters.remote import CheckLine, Connection
from simpeg_contoh.pull import ask, open_http
from xapi.errors import JampelError


class ContohCheck:
    """One question is enough: the address, the token and the right to read stand or fall with it."""

    def lines(self, connection: Connection) -> Iterator[CheckLine]:
        """As in `SystemCheck`."""
        try:
            answer = ask(open_http(connection), connection, 0, most=1)
        except JampelError as error:
            yield CheckLine.of(error)
            return
        text = "API menjawab: %(n)s riwayat pelatihan dapat ditarik."
        yield CheckLine(state="ok", text=text, params={"n": answer.jumlah}, package="simpeg_contoh")
