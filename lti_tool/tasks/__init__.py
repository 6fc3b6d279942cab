"""Long work that a page asks for: kept, done by the worker, told step by step, and its file kept for a day."""
