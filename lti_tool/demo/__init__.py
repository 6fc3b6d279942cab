"""The whole loop on one machine: example modules, a sandbox LMS, synthetic people and a year of records."""
