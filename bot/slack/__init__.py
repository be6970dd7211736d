"""THE DOOR. The only room that imports slack_bolt or slack_sdk.

Listeners parse, call one flow in one transaction, and acknowledge last. Blocks are drawn by pure functions.
"""
