"""One file per family of commands; each translates between Discord and the core."""
