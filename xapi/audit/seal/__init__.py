"""Seals reports and proves them: what was counted, by which rules, for whom, signed (docs/reference/segel.md)."""
