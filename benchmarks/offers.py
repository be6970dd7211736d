"""What explaining an offer costs beside 100,000 and a million past ones; and 500 offers on one budget at once."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from benchmarks.fill import fill
from benchmarks.servers import ROOT, Place
from benchmarks.table import Row, median, ms, percentile
from benchmarks.workspace import WORKSPACE
from bot import clock
from bot.content.bundle import Content
from bot.domain.authority import Budget
from bot.domain.money import parse
from bot.domain.offer import Wanted
from bot.domain.team import Role
from bot.flows.offers import Made, Preview, make_offer, preview
from bot.store.db import Database, Unavailable
from bot.store.tables import cases, offers, spendings

SMALL, LARGE = 100_000, 1_000_000
PER_CASE = 10
EACH = 100
RUSH, PROCESSES, THREADS = 500, 3, 24
MOST_TRIES = 9
"""Somebody who waits longer than the database lets them is asked to press again, and does so."""
BUDGET, EVERY = Decimal(100), "1 EUR"

_OFFERS = """INSERT INTO offers (id, workspace_id, case_id, source, kind, currency, amount, asked, item, reason, note,
  counted_in, goodwill, owed, category, severity, customer_key, reference_key, state, "by", asked_at, people, policy,
  why, done_reference) {numbers}
SELECT i, :workspace, 1 + i % :cases, 'past:' || i, 'refund', 'EUR', 1000 + i % 900, 1000 + i % 900, '', 'late', '',
  'EUR', 1000 + i % 900, {empty}, 'delivery.late', 'S3', 'customer ' || (i % :customers), 'order ' || i,
  CASE WHEN i % 10 = 0 THEN 'declined' ELSE 'allowed' END, 'U' || (i % 300), {time}, 0, '{policy}', '', '' {from}"""

_DIALECTS = {
    "sqlite": {
        "numbers": "WITH RECURSIVE n(i) AS (SELECT :low UNION ALL SELECT i + 1 FROM n WHERE i < :high)",
        "from": "FROM n",
        "empty": "'{}'",
        "time": "strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || i || ' minutes')",
    },
    "postgresql": {
        "numbers": "",
        "from": "FROM generate_series(CAST(:low AS integer), CAST(:high AS integer)) AS n(i)",
        "empty": "CAST('{}' AS json)",
        "time": "now() - i * interval '1 minute'",
    },
}


def measure(place: Place, *, quick: bool) -> Iterator[Row]:
    """Explaining an offer beside many past ones on both databases, then the rush on PostgreSQL."""
    sizes = (SMALL // 20, LARGE // 20) if quick else (SMALL, LARGE)
    for kind in ("SQLite", "PostgreSQL"):
        addresses = [place.database(kind) for _ in sizes]
        databases = [Database(address) for address in addresses]
        for database, count in zip(databases, sizes, strict=True):
            fill(database, place.content, count // PER_CASE)
            fill_offers(database, count)
        times: list[list[float]] = [[], []]
        for turn in range(-1, 3):
            for which, database in enumerate(databases):
                for number in range(EACH):
                    took = _timed(lambda: _explain(database, place.content, 1 + number * 7))  # noqa: B023
                    if turn >= 0:
                        times[which].append(took)
        small, large = (median(one) for one in times)
        name = f"one offer explained, {kind}"
        yield Row(f"{name}, {sizes[0]:,} past offers", ms(small), goal="< 50 ms", met=small < 0.05)
        yield Row(
            f"{name}, {sizes[1]:,} past offers",
            f"{ms(large)} (p99 {ms(percentile(times[1], 0.99))})",
            f"with {sizes[0]:,} {ms(small)}",
            large / small,
            "ratio < 1.5",
            large / small < 1.5,
        )
        for database, address in zip(databases, addresses, strict=True):
            database.close()
            place.drop(address)
    yield _rush(place, RUSH // 5 if quick else RUSH)


def fill_offers(database: Database, count: int) -> None:
    """Bring a database that has cases to so many past offers, one a minute back in time, and their running sums."""
    words = {**_DIALECTS[database.engine.dialect.name], "policy": "0" * 64}
    sql = _OFFERS
    for name, text in words.items():
        sql = sql.replace("{" + name + "}", text)
    sizes = {"cases": count // PER_CASE, "customers": count // 5}
    statement = sa.text(sql.replace("'past:'", "'past\\:'").replace("%H:%M:%f", "%H\\:%M\\:%f"))
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("SET statement_timeout = 0")
        connection.execute(statement, {**sizes, "workspace": WORKSPACE, "low": 1, "high": count})
        connection.commit()
        if not database.is_sqlite:
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql(f"SELECT setval('offers_id_seq', {count})")
        connection.execute(sa.update(cases).values(customer=sa.literal("Customer ") + sa.cast(cases.c.id, sa.String)))
        _add_up(connection)
        connection.commit()
        connection.invalidate()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql("VACUUM (ANALYZE)")
            connection.invalidate()


def _add_up(connection: sa.Connection) -> None:
    """The running sums of what was filled in, by quarter of an hour."""
    sums: dict[datetime, int] = {}
    query = sa.select(offers.c.asked_at, offers.c.goodwill).where(offers.c.state == "allowed")
    for at, goodwill in connection.execute(query, execution_options={"yield_per": 10_000}):
        quarter = at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)
        sums[quarter] = sums.get(quarter, 0) + goodwill
    rows = [
        {"workspace_id": WORKSPACE, "currency": "EUR", "quarter_at": quarter, "goodwill": goodwill, "done": 0}
        for quarter, goodwill in sums.items()
    ]
    connection.execute(sa.insert(spendings), rows)


def _explain(database: Database, content: Content, case_id: int) -> None:
    with database.reading() as session:
        found = preview(
            session,
            content,
            WORKSPACE,
            case_id,
            Wanted("refund", parse("40 EUR"), loss=parse("100 EUR"), reason="late"),
            by=f"U{case_id % 300}",
            role=Role.AGENT,
            now=clock.now(),
        )
    if not isinstance(found, Preview):
        raise TypeError(found)


def _rush(place: Place, count: int) -> Row:
    """So many offers of one euro at once, by three processes, on a budget of a hundred."""
    address = place.database("PostgreSQL")
    database = Database(address)
    fill(database, place.content, count)
    with database.transaction() as session:
        session.execute(sa.update(cases).values(status="open"))
    at = time.time() + 12
    share = count // PROCESSES + 1
    started = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "benchmarks.offers",
                address,
                str(first),
                str(min(first + share - 1, count)),
                str(at),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        for first in range(1, count + 1, share)
    ]
    told = [json.loads(process.communicate(timeout=300)[0]) for process in started]
    took = [each for one in told for each in one["seconds"]]
    errors = [each for one in told for each in one["errors"]]
    again = sum(one["again"] for one in told)
    with database.reading() as session:
        given = session.execute(
            sa.select(sa.func.coalesce(sa.func.sum(offers.c.goodwill), 0)).where(offers.c.state == "allowed")
        ).scalar_one()
    database.close()
    place.drop(address)
    exact = int(given) == min(int(BUDGET) * 100, count * 100)
    failed = f" ({errors[0][:80]})" if errors else ""
    return Row(
        f"{count} offers at once on one budget, {PROCESSES} processes, PostgreSQL",
        f"{int(given) / 100:.2f} EUR given, {len(errors)} errors{failed}, {again} asked to press again, "
        f"p50 {ms(median(took))}, longest {ms(max(took))}",
        f"a budget of {BUDGET} EUR",
        goal="not a cent over, no error, no deadlock",
        met=exact and not errors and len(took) == count,
    )


def rush(address: str, first: int, last: int, at: float) -> None:
    """One of the processes: offers on the cases from `first` to `last`, from the moment `at` on, in many threads."""
    from concurrent.futures import ThreadPoolExecutor

    from bot.content.bundle import load

    content = load(ROOT / "responses", ROOT / "policies")
    budget = content.policy.budget
    rule = budget.rule if budget else content.policy.currency_rule
    content = replace(
        content, policy=replace(content.policy, budget=Budget(rule, BUDGET, Decimal(80)), customer_limits=())
    )
    database = Database(address)
    with ThreadPoolExecutor(THREADS) as pool:
        time.sleep(max(at - time.time(), 0))
        outcomes = list(pool.map(lambda case: _offer(database, content, case), range(first, last + 1)))
    database.close()
    print(
        json.dumps(
            {
                "seconds": [took for took, _, _ in outcomes],
                "again": sum(tries for _, tries, _ in outcomes),
                "errors": [error for _, _, error in outcomes if error],
            }
        )
    )


def _offer(database: Database, content: Content, case: int) -> tuple[float, int, str]:
    """Seconds until the answer, how often somebody was asked to try again, and what went wrong in the end."""
    begin, error = time.perf_counter(), ""
    for tries in range(MOST_TRIES):
        try:
            with database.transaction() as session:
                made = make_offer(
                    session,
                    content,
                    WORKSPACE,
                    case,
                    Wanted("refund", parse(EVERY), loss=parse("100 EUR"), reason="late"),
                    source=f"rush:{case}",
                    approvals="C00001",
                    agent="Ana",
                    by=f"U{case}",
                    role=Role.AGENT,
                    now=clock.now(),
                )
            error = "" if isinstance(made, Made) else str(made)
            return time.perf_counter() - begin, tries, error
        except Unavailable as waited:
            error = f"{type(waited).__name__}: {waited}"[:300]
            if "deadlock" in error:
                break
    return time.perf_counter() - begin, MOST_TRIES, error


def _timed(what: Callable[[], None]) -> float:
    begin = time.perf_counter()
    what()
    return time.perf_counter() - begin


if __name__ == "__main__":
    rush(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
