"""THE STORY. One function per verb: gather, decide, record.

Flows touch only the database: they never commit and never call Slack.
"""
