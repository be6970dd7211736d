"""Every table, in reading order. Each row names its workspace; times are UTC."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class Utc(sa.types.TypeDecorator[datetime]):
    """A time in UTC, timezone-aware in Python on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Store UTC; refuse a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give back UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class db_now(FunctionElement[datetime]):
    """The database's own time, so that machines with different clocks agree on what is due."""

    type = Utc()
    inherit_cache = True


@compiles(db_now, "postgresql")
def _now_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return "statement_timestamp()"


@compiles(db_now, "sqlite")
def _now_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"


def _workspace() -> sa.Column[str]:
    return sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspaces.id"), nullable=False)


workspaces = sa.Table(
    "workspaces",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, comment="Slack's team id"),
    sa.Column("next_number", sa.Integer, nullable=False, comment="of the next case"),
    sa.Column("audit_seq", Id, nullable=False, comment="of the last audit entry"),
    sa.Column("audit_hash", sa.String(64), nullable=False, comment="of the last audit entry"),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _workspace(),
    sa.Column("number", sa.Integer, nullable=False, comment="R-<number>"),
    sa.Column("source", sa.String(200), nullable=False, comment="what makes the report unique"),
    sa.Column("door", sa.String(20), nullable=False),
    sa.Column("text", sa.Text, nullable=False, comment="the complaint"),
    sa.Column("channel", sa.String(32), nullable=False, comment="where the card belongs"),
    sa.Column("thread_ts", sa.String(32)),
    sa.Column("reporter", sa.String(32)),
    sa.Column("reporter_name", sa.String(200)),
    sa.Column("link", sa.String(500), comment="to the ticket in a help desk"),
    sa.Column("said_at", Utc, comment="when the customer wrote there"),
    sa.Column("category", sa.String(60), nullable=False),
    sa.Column("severity", sa.String(2), nullable=False),
    sa.Column("risks", sa.JSON, nullable=False),
    sa.Column("customer", sa.String(200), nullable=False),
    sa.Column("reference", sa.String(200), nullable=False, comment="the customer's own: an order, an account"),
    sa.Column("about", sa.String(32), comment="the colleague the complaint is about"),
    sa.Column("guessed", sa.JSON, nullable=False, comment="field → words that led to it"),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("owner", sa.String(32)),
    sa.Column("steps", sa.JSON, nullable=False),
    sa.Column("outcome", sa.String(40)),
    sa.Column("resolution", sa.Text, nullable=False),
    sa.Column("cause", sa.String(61), comment="root cause, a key of routing.yml"),
    sa.Column("satisfaction", sa.Integer, comment="what the customer said last, 1 to 5"),
    sa.Column("opened_at", Utc, nullable=False),
    sa.Column("first_replied_at", Utc),
    sa.Column("resolved_at", Utc),
    sa.Column("report_edited_at", Utc),
    sa.Column("report_deleted_at", Utc),
    sa.Column("reopened_at", Utc),
    sa.Column("waiting_since", Utc, comment="set while it is the customer's turn"),
    sa.Column("answered_at", Utc, comment="when the customer last answered"),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0", comment="not reached since then"),
    sa.Column("opted_out_at", Utc, comment="since when the customer wants no more messages"),
    sa.Column("closed_at", Utc, comment="when a lead ended the checks of a resolved case"),
    sa.Column("to_read_at", Utc, comment="when its report is to be read; none once it was"),
    sa.UniqueConstraint("workspace_id", "source"),
    sa.UniqueConstraint("workspace_id", "number"),
)
IS_LIVE = cases.c.status != sa.literal_column("'resolved'")
sa.Index(
    "ix_cases_owner_live",
    cases.c.workspace_id,
    cases.c.owner,
    sqlite_where=IS_LIVE,
    postgresql_where=IS_LIVE,
)
IS_RESOLVED = cases.c.resolved_at.is_not(None)
sa.Index(
    "ix_cases_resolved",
    cases.c.workspace_id,
    cases.c.resolved_at,
    sqlite_where=IS_RESOLVED,
    postgresql_where=IS_RESOLVED,
)
IS_UNREAD = cases.c.to_read_at.is_not(None)
sa.Index(
    "ix_cases_unread",
    cases.c.workspace_id,
    cases.c.to_read_at,
    sqlite_where=IS_UNREAD,
    postgresql_where=IS_UNREAD,
)
sa.Index("ix_cases_customer", cases.c.workspace_id, cases.c.customer)
sa.Index("ix_cases_reference", cases.c.workspace_id, cases.c.reference)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _workspace(),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("template_id", sa.String(100), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("edited", sa.Boolean, nullable=False),
    sa.Column("missing", sa.JSON, nullable=False),
    sa.Column("answers", sa.JSON, comment="what people answered so far, by the value's name"),
    sa.Column("channel", sa.String(10), comment="how it reaches the customer; an email when empty"),
    sa.Column("override", sa.JSON, comment="which phrase rules a lead let be broken, who and why"),
    sa.Column("created_at", Utc, nullable=False),
)

replies = sa.Table(
    "replies",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _workspace(),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("draft_id", Id, sa.ForeignKey("drafts.id"), nullable=False, unique=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("parts", sa.JSON, nullable=False),
    sa.Column("sent_by", sa.String(32), nullable=False),
    sa.Column("sent_at", Utc, nullable=False),
    sa.Column("channel", sa.String(10), comment="an email when empty"),
    sa.Column("broken", sa.JSON, comment="what it says against a phrase rule: rule and words"),
    sa.Column("unapproved", sa.JSON, comment="words that state amends nobody had decided"),
)
sa.Index("ix_replies_recent", replies.c.workspace_id, replies.c.id)

promises = sa.Table(
    "promises",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _workspace(),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("reply_id", Id, sa.ForeignKey("replies.id"), nullable=False),
    sa.Column("words", sa.Text, nullable=False, comment="of the reply"),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("confirmed_by", sa.String(32), nullable=False),
    sa.Column("confirmed_at", Utc, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    comment="days and times that a sent reply names, as the agent confirmed them",
)

offers = sa.Table(
    "offers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _workspace(),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("source", sa.String(200), nullable=False, comment="its form or command: given twice, it counts once"),
    sa.Column("kind", sa.String(30), nullable=False, comment="refund, credit, …"),
    sa.Column("currency", sa.String(3), nullable=False, comment="of amount, asked and loss"),
    sa.Column("amount", sa.BigInteger, comment="smallest coins; after a counter-offer its sum; null: not known"),
    sa.Column("asked", sa.BigInteger, comment="smallest coins that were asked for at first"),
    sa.Column("loss", sa.BigInteger, comment="what the customer lost, smallest coins"),
    sa.Column("item", sa.String(200), nullable=False, comment="what it is, where it is not money"),
    sa.Column("reason", sa.String(60), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("counted_in", sa.String(3), nullable=False, comment="currency of goodwill and owed: the policy's"),
    sa.Column("goodwill", sa.BigInteger, nullable=False, comment="smallest coins that count towards limits"),
    sa.Column("owed", sa.JSON, nullable=False, comment="entitlement → smallest coins that are due by right"),
    sa.Column("category", sa.String(60), nullable=False, comment="of the case when it was offered"),
    sa.Column("severity", sa.String(2), nullable=False),
    sa.Column("customer_key", sa.String(200), nullable=False, comment="the customer's name, to know them again"),
    sa.Column("reference_key", sa.String(200), nullable=False, comment="the same by their order or account"),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("by", sa.String(32), nullable=False, comment="who offered it"),
    sa.Column("asked_at", Utc, nullable=False),
    sa.Column("channel", sa.String(32), comment="where approvers are asked"),
    sa.Column("waits_for", sa.String(20), comment="the lowest role that may say yes to a pending one"),
    sa.Column("called", sa.String(20), comment="the lowest role that was called to answer so far"),
    sa.Column("people", sa.Integer, nullable=False, comment="how many different people must say yes"),
    sa.Column("deadline", Utc, comment="until when an open one can be answered"),
    sa.Column("policy", sa.String(64), nullable=False, comment="hash of the policy of the last decision"),
    sa.Column("decided_by", sa.String(32)),
    sa.Column("decided_at", Utc),
    sa.Column("why", sa.Text, nullable=False, comment="the decider's own words"),
    sa.Column("done_by", sa.String(32), comment="who has given it to the customer"),
    sa.Column("done_at", Utc),
    sa.Column("done_reference", sa.String(200), nullable=False, comment="of the payment or shipment"),
    sa.UniqueConstraint("workspace_id", "source"),
    sa.Index("ix_offers_by", "workspace_id", "by", "asked_at"),
    sa.Index("ix_offers_customer", "workspace_id", "customer_key", "asked_at"),
    sa.Index("ix_offers_reference", "workspace_id", "reference_key", "asked_at"),
    sa.Index("ix_offers_comparable", "workspace_id", "category", "severity", "asked_at"),
)
IS_OPEN = offers.c.state.in_((sa.literal_column("'pending'"), sa.literal_column("'countered'")))
IS_FROZEN = offers.c.state == sa.literal_column("'frozen'")
sa.Index("ix_offers_frozen", offers.c.workspace_id, sqlite_where=IS_FROZEN, postgresql_where=IS_FROZEN)
sa.Index("ix_offers_open", offers.c.workspace_id, offers.c.deadline, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)

approvals = sa.Table(
    "approvals",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _workspace(),
    sa.Column("offer_id", Id, sa.ForeignKey("offers.id"), nullable=False),
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("answer", sa.String(20), nullable=False, comment="yes, no or counter-offer"),
    sa.Column("amount", sa.BigInteger, comment="smallest coins that this answer is about"),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("lent_by", sa.String(32), comment="for whom they stood in, if they did"),
    sa.UniqueConstraint("offer_id", "by"),
    comment="the answers of approvers that counted; nobody answers the same offer twice",
)

budgets = sa.Table(
    "budgets",
    metadata,
    sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspaces.id"), primary_key=True),
    comment="one row a workspace, locked by whoever decides on money: no two decisions spend the same coin",
)

spendings = sa.Table(
    "spendings",
    metadata,
    _workspace(),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("quarter_at", Utc, nullable=False, comment="start of the quarter of an hour in which it was offered"),
    sa.Column("goodwill", sa.BigInteger, nullable=False, comment="smallest coins offered"),
    sa.Column("done", sa.BigInteger, nullable=False, comment="the part of them that customers have got"),
    sa.PrimaryKeyConstraint("workspace_id", "currency", "quarter_at"),
    # All that adding up a month needs, in the order of time: the months before cost nothing.
    sa.Index("ix_spendings_quarter", "workspace_id", "quarter_at", "currency", "goodwill", "done"),
    comment="running sums, so that adding up a month costs the same however many offers there were",
)

policy_texts = sa.Table(
    "policy_texts",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("first_used_at", Utc, nullable=False),
    comment="every policy that decided something, for all workspaces, so that its decisions can be made again",
)

follow_ups = sa.Table(
    "follow_ups",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _workspace(),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("number", Id, nullable=False, comment="among those of this kind that started together"),
    sa.Column("about", sa.Text, nullable=False, comment="the words of a promise, or what is to be handed over"),
    sa.Column("by_reply", sa.Boolean, nullable=False, comment="a reply keeps this promise"),
    sa.Column("promise_id", Id, sa.ForeignKey("promises.id"), comment="of which reply's promise"),
    sa.Column("clock", sa.String(20), nullable=False),
    sa.Column("wait", Id, nullable=False, comment="microseconds of that clock"),
    sa.Column("left", Id, nullable=False, comment="microseconds that were left at runs_from"),
    sa.Column("runs_from", Utc, nullable=False),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("said", sa.String(20), comment="the latest stage that its reminders have reached"),
    sa.Column("snoozed_until", Utc),
    sa.Column("snoozes", sa.Integer, nullable=False),
    sa.Column("ended_at", Utc),
    sa.Column("ended_by", sa.String(32), comment="who said that it is done"),
    sa.Column("words", sa.Text, nullable=False, comment="what was said to the customer"),
    sa.Column("cadence", sa.String(16), nullable=False, comment="hash of the cadence it is planned by"),
    sa.Column("reminder", sa.String(20), comment="the last reminder that was let out"),
    sa.Column("reminded_at", Utc, comment="when"),
    sa.Column("called", sa.String(400), comment="the people and groups it named, by Slack id"),
    sa.Column("reminders", sa.Integer, nullable=False, comment="how many were let out"),
    sa.Column("told_in", sa.String(60), comment="the digest that says what was held back"),
    sa.UniqueConstraint("case_id", "kind", "started_at", "number"),
    comment="dated duties towards customers",
)
IS_OWED = follow_ups.c.ended_at.is_(None)
sa.Index(
    "ix_follow_ups_owed",
    follow_ups.c.workspace_id,
    follow_ups.c.due_at,
    sqlite_where=IS_OWED,
    postgresql_where=IS_OWED,
)
sa.Index("ix_follow_ups_cadence", follow_ups.c.cadence, sqlite_where=IS_OWED, postgresql_where=IS_OWED)
sa.Index(
    "ix_follow_ups_told_in",
    follow_ups.c.told_in,
    sqlite_where=follow_ups.c.told_in.is_not(None),
    postgresql_where=follow_ups.c.told_in.is_not(None),
)

reminded = sa.Table(
    "reminded",
    metadata,
    _workspace(),
    sa.Column("person", sa.String(32), nullable=False),
    sa.Column("day", sa.Date, nullable=False, comment="in the person's own zone"),
    sa.Column("count", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("workspace_id", "person", "day"),
    comment="how many reminders named a person on a day",
)

audit = sa.Table(
    "audit",
    metadata,
    _workspace(),
    sa.Column("seq", Id, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("who", sa.String(32), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(60), nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.PrimaryKeyConstraint("workspace_id", "seq"),
)

lanes = sa.Table(
    "lanes",
    metadata,
    _workspace(),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("free_at", Utc, nullable=False, comment="when a worker may claim it; in the future while one holds it"),
    sa.Column("post_at", Utc, nullable=False, comment="when the next new message may go: one a second, with bursts"),
    sa.PrimaryKeyConstraint("workspace_id", "channel"),
    comment="one for each channel the bot posts to; its notices go out one after the other",
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("workspace_id", sa.String(32), nullable=False),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("subject", sa.String(60), nullable=False, comment="what it is about, such as the case's id"),
    sa.Column("state", sa.String(20), nullable=False, comment="pending, delivered or set aside"),
    sa.Column("revision", sa.Integer, nullable=False, comment="counts how often it was asked for"),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("tried_at", Utc, comment="set while we do not know whether Slack has it"),
    sa.Column("attempts", sa.Integer, nullable=False, comment="since it last went through"),
    sa.Column("message_ts", sa.String(32), comment="the message in Slack, once it is there"),
    sa.Column("reason", sa.String(300), nullable=False, comment="why it was retried or set aside"),
    sa.UniqueConstraint("workspace_id", "kind", "subject"),
    sa.ForeignKeyConstraint(["workspace_id", "channel"], ["lanes.workspace_id", "lanes.channel"]),
    comment="the outbox: what Slack has still to be told",
)
IS_PENDING = notices.c.state == sa.literal_column("'pending'")  # literal: a partial index needs to see it
sa.Index(
    "ix_notices_lane_pending",
    notices.c.workspace_id,
    notices.c.channel,
    notices.c.due_at,
    sqlite_where=IS_PENDING,
    postgresql_where=IS_PENDING,
)
IS_EDIT = sa.and_(IS_PENDING, notices.c.message_ts.is_not(None))
sa.Index(
    "ix_notices_lane_edits",
    notices.c.workspace_id,
    notices.c.channel,
    notices.c.due_at,
    sqlite_where=IS_EDIT,
    postgresql_where=IS_EDIT,
)
sa.Index("ix_notices_pending", notices.c.due_at, sqlite_where=IS_PENDING, postgresql_where=IS_PENDING)
IS_SET_ASIDE = notices.c.state == sa.literal_column("'set aside'")
sa.Index("ix_notices_set_aside", notices.c.id, sqlite_where=IS_SET_ASIDE, postgresql_where=IS_SET_ASIDE)

pauses = sa.Table(
    "pauses",
    metadata,
    _workspace(),
    sa.Column("method", sa.String(60), nullable=False),
    sa.Column("until", Utc, nullable=False),
    sa.PrimaryKeyConstraint("workspace_id", "method"),
    comment="Web API methods that Slack asked us not to call for a while",
)

faults = sa.Table(
    "faults",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _workspace(),
    sa.Column("channel", sa.String(32), nullable=False, comment="where it is told"),
    sa.Column("problems", sa.JSON, nullable=False, comment="file:line: field: what to do"),
    sa.Column("found_at", Utc, nullable=False),
    sa.Column("mended_at", Utc),
    comment="edits of responses and policies that could not be used while the bot ran",
)
IS_OPEN_FAULT = faults.c.mended_at.is_(None)
sa.Index(
    "uq_faults_workspace_open",
    faults.c.workspace_id,
    unique=True,
    sqlite_where=IS_OPEN_FAULT,
    postgresql_where=IS_OPEN_FAULT,
)

questions = sa.Table(
    "questions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _workspace(),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("ts", sa.String(32), nullable=False, comment="the message that reads like a complaint"),
    sa.Column("author", sa.String(32), nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("asked_at", Utc, nullable=False),
    sa.Column("answer", sa.String(20), comment="opened, not a complaint or quiet"),
    sa.UniqueConstraint("workspace_id", "channel", "ts"),
    comment="who was asked once whether a message of theirs is to be a case; the words stay in Slack",
)

silences = sa.Table(
    "silences",
    metadata,
    _workspace(),
    sa.Column("person", sa.String(32), nullable=False),
    sa.Column("until", Utc, nullable=False),
    sa.PrimaryKeyConstraint("workspace_id", "person"),
    comment="who does not want to be asked for a while",
)

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _workspace(),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), index=True),
    sa.Column("field", sa.String(20), nullable=False, comment="complaint, category, severity or risks"),
    sa.Column("guessed", sa.String(300), nullable=False, comment="what we had said"),
    sa.Column("label", sa.String(300), nullable=False, comment="what the person said"),
    sa.Column("text", sa.Text, nullable=False, comment="the words it is about"),
    sa.Column("names", sa.JSON, nullable=False, comment="of people in them, to be masked in an export"),
    sa.Column("said_by", sa.String(32), nullable=False),
    sa.Column("said_at", Utc, nullable=False, index=True),
    comment="what people say about our guesses: labelled texts for the next training",
)

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _workspace(),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("risks", sa.String(300), nullable=False, comment="that were up then, by name, joined by commas"),
    sa.Column("channel", sa.String(32), nullable=False, comment="where it is told"),
    sa.Column("raised_at", Utc, nullable=False),
    sa.Column("acknowledged_by", sa.String(32), comment="the lead who looks after it, by Slack id"),
    sa.Column("acknowledged_at", Utc),
    sa.UniqueConstraint("case_id", "risks"),
    comment="what leads were told of at once: one for each set of risks of a case",
)

alert_calls = sa.Table(
    "alert_calls",
    metadata,
    sa.Column("alert_id", Id, sa.ForeignKey("alerts.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, comment="0 for the alert itself, then counted"),
    sa.Column("called", sa.JSON, nullable=False, comment="people and user groups, by Slack id"),
    sa.Column("called_at", Utc, nullable=False),
    sa.Column("next_at", Utc, comment="when the next call comes; none after the last"),
    comment="whom an alert called, one call after the other until somebody acknowledges it",
)

routings = sa.Table(
    "routings",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _workspace(),
    sa.Column("route", sa.String(40), nullable=False),
    sa.Column("topic", sa.String(80), nullable=False, comment="cause:<key> or category:<key>"),
    sa.Column("channel", sa.String(32), nullable=False, comment="where it is told"),
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("asked", sa.Boolean, nullable=False, comment="once there were enough cases to tell"),
    sa.Index("ix_routings_topic", "workspace_id", "route", "topic", "started_at"),
    comment="what those who can mend a cause were told: one message for each cause or category and period",
)

routed = sa.Table(
    "routed",
    metadata,
    sa.Column("routing_id", Id, sa.ForeignKey("routings.id"), nullable=False),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.PrimaryKeyConstraint("routing_id", "case_id"),
    comment="the cases such a message counts",
)
