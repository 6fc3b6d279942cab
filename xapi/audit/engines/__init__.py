"""Runs the audit's SQL files beyond the ledger's own database: on Parquet files, with DuckDB or on a Spark cluster."""
