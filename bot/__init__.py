"""Amends: a Slack bot for service recovery.

Rooms, from the bottom up: domain (rules), content (files), store (memory), flows (the story),
slack (the door), and cli, web, clock and app on top. A room imports only from rooms below it.
"""
