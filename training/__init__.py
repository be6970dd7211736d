"""Rows, training and measuring of the triage scorer; a developer's tool, not part of the bot."""
