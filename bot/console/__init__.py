"""The console: what staff of the office do in their browser. It works without script, and better with it."""
