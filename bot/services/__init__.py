"""Deeds: each function is one use case in one transaction. Rows go in, frozen values come out."""
