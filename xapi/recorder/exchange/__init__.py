"""Exchange files: statements carried by hand from a place without a link, and the receipt that comes back.

>>> from xapi import Recorder
>>> from xapi.recorder.exchange import Place, Protection, export_outbox, read_key
>>> recorder = Recorder.open("catatan.db")                                                       # doctest: +SKIP
>>> key = read_key(Path("provinsi.key"))                                                         # doctest: +SKIP
>>> export_outbox(recorder, Path("kelas.jampel"), place, protection=Protection(to=key))          # doctest: +SKIP
"""

from xapi.recorder.exchange.form import Header
from xapi.recorder.exchange.keys import PrivateKey, PublicKey, parse_key, read_key, write_key
from xapi.recorder.exchange.lines import ReceiptLine, open_identity, seal_identity
from xapi.recorder.exchange.outbox import (
    Acknowledged,
    Imported,
    Place,
    export_outbox,
    import_receipt,
    import_statements,
    write_receipt,
)
from xapi.recorder.exchange.read import ExchangeFile, open_file
from xapi.recorder.exchange.write import Protection, write_file

__all__ = [
    "Acknowledged",
    "ExchangeFile",
    "Header",
    "Imported",
    "Place",
    "PrivateKey",
    "Protection",
    "PublicKey",
    "ReceiptLine",
    "export_outbox",
    "import_receipt",
    "import_statements",
    "open_file",
    "open_identity",
    "parse_key",
    "read_key",
    "seal_identity",
    "write_file",
    "write_key",
    "write_receipt",
]
