"""MEMORY. SQLAlchemy lives here and nowhere else; rows never leave this room.

Plain functions: a session goes in, domain objects come out. Nothing here commits.
"""
