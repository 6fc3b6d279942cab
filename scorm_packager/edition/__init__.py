"""Other editions of one module: a light one for slow links, and parts for an LMS that takes small uploads only."""
