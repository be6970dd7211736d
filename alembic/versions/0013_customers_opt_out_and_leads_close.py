"""customers want no more messages, and leads end the checks of a case

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "opted_out_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="since when the customer wants no more messages",
            )
        )
        batch_op.add_column(
            sa.Column(
                "closed_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="when a lead ended the checks of a resolved case",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_column("closed_at")
        batch_op.drop_column("opted_out_at")
