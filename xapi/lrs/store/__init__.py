"""The LRS's tables: statements, definitions, attachments, documents, credentials and launch grants."""

from xapi.lrs.store.rows import StoredStatement
from xapi.lrs.store.statements import StatementStore

__all__ = ["StatementStore", "StoredStatement"]
