"""promises, channels of replies, overrides

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('promises',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('workspace_id', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reply_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('words', sa.Text(), nullable=False, comment='of the reply'),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_by', sa.String(length=32), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_promises_case_id_cases')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_promises_reply_id_replies')),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_promises_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promises')),
    comment='days and times that a sent reply names, as the agent confirmed them'
    )
    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_promises_case_id'), ['case_id'], unique=False)

    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.create_index('ix_cases_customer', ['workspace_id', 'customer'], unique=False)
        batch_op.create_index('ix_cases_reference', ['workspace_id', 'reference'], unique=False)

    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('channel', sa.String(length=10), nullable=True, comment='how it reaches the customer; an email when empty'))
        batch_op.add_column(sa.Column('override', sa.JSON(), nullable=True, comment='which phrase rules a lead let be broken, who and why'))

    with op.batch_alter_table('replies', schema=None) as batch_op:
        batch_op.add_column(sa.Column('channel', sa.String(length=10), nullable=True, comment='an email when empty'))
        batch_op.add_column(sa.Column('broken', sa.JSON(), nullable=True, comment='what it says against a phrase rule: rule and words'))
        batch_op.add_column(sa.Column('unapproved', sa.JSON(), nullable=True, comment='words that state amends nobody had decided'))
        batch_op.create_index('ix_replies_recent', ['workspace_id', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('replies', schema=None) as batch_op:
        batch_op.drop_index('ix_replies_recent')
        batch_op.drop_column('unapproved')
        batch_op.drop_column('broken')
        batch_op.drop_column('channel')

    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.drop_column('override')
        batch_op.drop_column('channel')

    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_index('ix_cases_reference')
        batch_op.drop_index('ix_cases_customer')

    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_promises_case_id'))

    op.drop_table('promises')
