"""RULES. Pure functions and frozen objects: no Slack, no SQL, no files, no clock.

The hour comes in as `now`; what is known comes in as arguments; the answer is a value with reasons.
"""
