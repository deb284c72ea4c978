"""The chat page for residents: works without script, better with it."""
