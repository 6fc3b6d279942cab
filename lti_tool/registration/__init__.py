"""Registration: a platform and this tool agree by one address, by values copied by hand, or from a file."""
