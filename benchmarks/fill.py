"""Fills a database with many cases quickly, each with its draft, its notice and two audit entries.

The audit entries have made-up hashes: they are there for their number and size, not to be verified.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from benchmarks.reports import complaint
from benchmarks.workspace import CHANNELS, WORKSPACE
from bot.content.bundle import Content
from bot.flows.suggestions import for_text
from bot.store.db import Database
from bot.store.migrations import ensure_current

STEP = 250_000
SHORT = 200
"""Characters of a draft when there are many: their number is what matters, not a gigabyte of the same words."""

FIRST_NUMBER = 1001

_DIALECTS = {
    "sqlite": {
        "numbers": "WITH RECURSIVE n(i) AS (SELECT :low UNION ALL SELECT i + 1 FROM n WHERE i < :high)",
        "from": "FROM n",
        "empty_list": "'[]'",
        "empty_map": "'{}'",
        "time": "'2026-01-05 09:00:00.000000'",
        "hash": "lower(hex(randomblob(32)))",
    },
    "postgresql": {
        "numbers": "",
        "from": "FROM generate_series(CAST(:low AS integer), CAST(:high AS integer)) AS n(i)",
        "empty_list": "CAST('[]' AS json)",
        "empty_map": "CAST('{}' AS json)",
        "time": "TIMESTAMPTZ '2026-01-05 09:00:00+00'",
        "hash": "md5(CAST(i AS text)) || md5(CAST(-i AS text))",
    },
}

_LANES = """INSERT INTO lanes (workspace_id, channel, free_at, post_at) {numbers}
SELECT :workspace, 'C' || substr('0000' || i, -5), {time}, {time} {from}"""

_CASES = """INSERT INTO cases (id, workspace_id, number, source, door, text, channel, thread_ts, reporter,
  reporter_name, category, severity, risks, customer, reference, guessed, status, steps, resolution, opened_at)
{numbers}
SELECT i, :workspace, i + 1000, 'message:' || {channel} || ':1767600000.' || i, 'message',
  :complaint || ' Case ' || i, {channel},
  '1767600000.' || i, 'U0ANA', 'Ana Example', 'delivery.late', 'S3', {empty_list}, 'Jane Doe', '10042', {empty_map},
  CASE WHEN i % 20 = 0 THEN 'open' ELSE 'resolved' END, {empty_list}, '', {time} {from}"""

_DRAFTS = """INSERT INTO drafts (id, workspace_id, case_id, template_id, text, state, edited, missing, created_at)
{numbers} SELECT i, :workspace, i, :template, :reply, 'suggested', FALSE, {empty_list}, {time} {from}"""

_NOTICES = """INSERT INTO notices (id, workspace_id, channel, kind, subject, state, revision, due_at, attempts,
  message_ts, reason) {numbers}
SELECT i, :workspace, {channel}, 'card', CAST(i AS text), CAST(:state AS text), 1, {time}, 0,
  CASE WHEN CAST(:state AS text) = 'pending' THEN NULL ELSE '1767600001.' || i END, '' {from}"""

_AUDIT = """INSERT INTO audit (workspace_id, seq, at, who, action, subject, details, previous, hash) {numbers}
SELECT :workspace, 2 * i - {back}, {time}, 'U0ANA', '{action}', 'R-' || (i + 1000),
  '{{"category":"delivery.late","door":"message","risks":[],"severity":"S3","text":"' || {hash} || '"}}',
  {hash}, {hash} {from}"""

_AFTER_POSTGRESQL = (
    "SELECT setval('cases_id_seq', :count), setval('drafts_id_seq', :count), setval('notices_id_seq', :count)"
)


def fill(database: Database, content: Content, count: int, *, state: str = "delivered") -> None:
    """Bring a new database to `count` cases over all channels, each with a card that is `delivered` or `pending`."""
    ensure_current(database)
    words = _DIALECTS[database.engine.dialect.name]
    words["channel"] = f"'C' || substr('0000' || (i % {len(CHANNELS)}), -5)"
    if not database.is_sqlite:
        words["channel"] = f"'C' || lpad(CAST(i % {len(CHANNELS)} AS text), 5, '0')"
    lanes = _LANES if database.is_sqlite else _LANES.replace("substr('0000' || i, -5)", "lpad(CAST(i AS text), 5, '0')")
    reply = for_text(content, complaint(0), agent="Ana")
    values = {
        "workspace": WORKSPACE,
        "complaint": complaint(0),
        "template": reply.template_id,
        "reply": reply.text if count <= STEP else reply.text[:SHORT],
        "state": state,
    }
    with database.engine.connect() as connection:
        _hasten(database, connection)
        connection.execute(
            sa.text(
                "INSERT INTO workspaces (id, next_number, audit_seq, audit_hash) VALUES (:id, :number, :seq, :hash)"
            ),
            {"id": WORKSPACE, "number": FIRST_NUMBER + count, "seq": 2 * count, "hash": "0" * 64},
        )
        _run(connection, lanes, words, values | {"low": 0, "high": len(CHANNELS) - 1})
        for low in range(1, count + 1, STEP):
            part = values | {"low": low, "high": min(low + STEP - 1, count)}
            for sql in (_CASES, _DRAFTS, _NOTICES):
                _run(connection, sql, words, part)
            for back, action in ((1, "case:opened"), (0, "draft:suggested")):
                _run(connection, _AUDIT, words | {"back": str(back), "action": action}, part)
            connection.commit()
        if not database.is_sqlite:
            connection.execute(sa.text(_AFTER_POSTGRESQL), {"count": count})
            connection.commit()
        connection.invalidate()
    _settle(database)


def _run(connection: sa.Connection, sql: str, words: dict[str, str], values: Mapping[str, object]) -> None:
    statement = sa.text(sql.format(**words).replace("'message:'", "'message\\:'").replace(":1767", "\\:1767"))
    names = statement.compile().params
    connection.execute(statement, {name: value for name, value in values.items() if name in names})


def _hasten(database: Database, connection: sa.Connection) -> None:
    if database.is_sqlite:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        for setting in ("statement_timeout = 0", "synchronous_commit = off", "work_mem = '64MB'"):
            connection.exec_driver_sql(f"SET {setting}")


def _settle(database: Database) -> None:
    """Leave the database as one that grew slowly would be: its log written back, its statistics known."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if database.is_sqlite:
            return
        for statement in ("SET statement_timeout = 0", "VACUUM (ANALYZE)", "CHECKPOINT"):
            connection.exec_driver_sql(statement)
        connection.invalidate()
