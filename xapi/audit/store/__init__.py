"""The ledger's tables: written by the projector, read by reports, and the engine that runs the audit SQL on them."""
