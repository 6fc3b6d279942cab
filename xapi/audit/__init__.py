"""JP audit: statements become a ledger of credits, and SQL that people can read makes the reports."""
