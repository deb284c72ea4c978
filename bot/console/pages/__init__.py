"""One file for each area of the office; each has `router(console)`."""
