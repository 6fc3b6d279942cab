"""The embedded Learning Record Store: statements, state documents, credentials and the xAPI web resources."""
