"""follow ups

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reminded',
    sa.Column('workspace_id', sa.String(length=32), nullable=False),
    sa.Column('person', sa.String(length=32), nullable=False),
    sa.Column('day', sa.Date(), nullable=False, comment="in the person's own zone"),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_reminded_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('workspace_id', 'person', 'day', name=op.f('pk_reminded')),
    comment='how many reminders named a person on a day'
    )
    op.create_table('follow_ups',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('workspace_id', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='among those of this kind that started together'),
    sa.Column('about', sa.Text(), nullable=False, comment='the words of a promise, or what is to be handed over'),
    sa.Column('by_reply', sa.Boolean(), nullable=False, comment='a reply keeps this promise'),
    sa.Column('promise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment="of which reply's promise"),
    sa.Column('clock', sa.String(length=20), nullable=False),
    sa.Column('wait', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='microseconds of that clock'),
    sa.Column('left', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='microseconds that were left at runs_from'),
    sa.Column('runs_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('said', sa.String(length=20), nullable=True, comment='the latest stage that its reminders have reached'),
    sa.Column('snoozed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('snoozes', sa.Integer(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=32), nullable=True, comment='who said that it is done'),
    sa.Column('words', sa.Text(), nullable=False, comment='what was said to the customer'),
    sa.Column('cadence', sa.String(length=16), nullable=False, comment='hash of the cadence it is planned by'),
    sa.Column('reminder', sa.String(length=20), nullable=True, comment='the last reminder that was let out'),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True, comment='when'),
    sa.Column('reminders', sa.Integer(), nullable=False, comment='how many were let out'),
    sa.Column('told_in', sa.String(length=60), nullable=True, comment='the digest that says what was held back'),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_follow_ups_case_id_cases')),
    sa.ForeignKeyConstraint(['promise_id'], ['promises.id'], name=op.f('fk_follow_ups_promise_id_promises')),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_follow_ups_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_ups')),
    sa.UniqueConstraint('case_id', 'kind', 'started_at', 'number', name=op.f('uq_follow_ups_case_id_kind_started_at_number')),
    comment='dated duties towards customers'
    )
    with op.batch_alter_table('follow_ups', schema=None) as batch_op:
        batch_op.create_index('ix_follow_ups_cadence', ['cadence'], unique=False, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.create_index('ix_follow_ups_owed', ['workspace_id', 'due_at'], unique=False, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.create_index('ix_follow_ups_told_in', ['told_in'], unique=False, sqlite_where=sa.text('told_in IS NOT NULL'), postgresql_where=sa.text('told_in IS NOT NULL'))

    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reopened_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('waiting_since', sa.DateTime(timezone=True), nullable=True, comment="set while it is the customer's turn"))
        batch_op.add_column(sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True, comment='when the customer last answered'))
        batch_op.add_column(sa.Column('tries', sa.Integer(), server_default='0', nullable=False, comment='not reached since then'))

    # What is owed on cases that are open already is planned by the running bot; this is where it begins.
    op.execute(
        "INSERT INTO follow_ups (workspace_id, case_id, kind, started_at, number, about, by_reply, clock, wait, "
        '"left", runs_from, due_at, state, snoozes, words, cadence, reminders) '
        "SELECT workspace_id, id, 'first reply', opened_at, 1, '', FALSE, 'around the clock', 0, "
        "0, opened_at, opened_at, 'open', 0, '', '', 0 FROM cases WHERE status <> 'resolved'"
    )


def downgrade() -> None:
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_column('tries')
        batch_op.drop_column('answered_at')
        batch_op.drop_column('waiting_since')
        batch_op.drop_column('reopened_at')

    with op.batch_alter_table('follow_ups', schema=None) as batch_op:
        batch_op.drop_index('ix_follow_ups_told_in', sqlite_where=sa.text('told_in IS NOT NULL'), postgresql_where=sa.text('told_in IS NOT NULL'))
        batch_op.drop_index('ix_follow_ups_owed', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index('ix_follow_ups_cadence', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.drop_table('follow_ups')
    op.drop_table('reminded')
