"""Question banks of other programs (GIFT, Aiken, QTI 2.1), read into drafts and from there into our Markdown."""
