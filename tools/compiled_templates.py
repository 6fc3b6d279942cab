"""Keeps the templates of pages compiled for all apps of a process: for tests, which make an app each.

Jinja compiles a template once for an app, and that took a tenth of the time of the tests of pages.
"""

from jinja2.bccache import Bucket, BytecodeCache


class CompiledTemplates(BytecodeCache):
    """Bytecode in memory, by template; Jinja compares the source before it takes any."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fills `bucket` when its template was compiled before."""
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what was compiled."""
        self._known[bucket.key] = bucket.bytecode_to_string()
