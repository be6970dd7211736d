"""faults of edited content

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('faults',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('workspace_id', sa.String(length=32), nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False, comment='where it is told'),
    sa.Column('problems', sa.JSON(), nullable=False, comment='file:line: field: what to do'),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('mended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_faults_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_faults')),
    comment='edits of responses and policies that could not be used while the bot ran'
    )
    with op.batch_alter_table('faults', schema=None) as batch_op:
        batch_op.create_index('uq_faults_workspace_open', ['workspace_id'], unique=True, sqlite_where=sa.text('mended_at IS NULL'), postgresql_where=sa.text('mended_at IS NULL'))



def downgrade() -> None:
    with op.batch_alter_table('faults', schema=None) as batch_op:
        batch_op.drop_index('uq_faults_workspace_open', sqlite_where=sa.text('mended_at IS NULL'), postgresql_where=sa.text('mended_at IS NULL'))

    op.drop_table('faults')
