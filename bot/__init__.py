"""Quartierslotse: residents ask in their messenger, and read what staff published. Start reading in bot/main.py."""
