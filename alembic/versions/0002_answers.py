"""answers to a draft's questions are kept, so that a later answer does not undo an earlier one

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('drafts') as batch_op:
        batch_op.add_column(
            sa.Column('answers', sa.JSON(), nullable=True, comment="what people answered so far, by the value's name")
        )


def downgrade() -> None:
    with op.batch_alter_table('drafts') as batch_op:
        batch_op.drop_column('answers')
