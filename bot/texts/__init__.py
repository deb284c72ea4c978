"""What residents read, in their language. Pure; catalogs are loaded once, at start."""
