"""READING. Turns the files in `responses/` and `policies/` into domain objects.

The only reader of those folders. Every error reads `file:line: field: what to do`.
"""
