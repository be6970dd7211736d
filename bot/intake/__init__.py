"""THE SIDE DOOR. Help desks and shops send complaints here as signed JSON, without Slack.

A request is proved genuine, read into a Complaint, and opened like any report; the answer comes after the commit.
"""
