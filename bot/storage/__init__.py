"""Tables and the way to them, on SQLite and PostgreSQL alike. No rule lives here."""
