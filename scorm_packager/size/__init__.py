"""How heavy a module or a package is on a slow link: by page and file, with what would make it lighter."""
