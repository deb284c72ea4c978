"""Values and decisions. Pure: nothing here reads a clock, a file, a network or a database."""
