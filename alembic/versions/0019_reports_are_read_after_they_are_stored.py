"""reports are read after they are stored

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    when = sa.Column(
        "to_read_at",
        sa.DateTime(timezone=True),
        nullable=True,
        comment="when its report is to be read; none once it was",
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(when)
        batch_op.create_index(
            "ix_cases_unread",
            ["workspace_id", "to_read_at"],
            unique=False,
            sqlite_where=sa.text("to_read_at IS NOT NULL"),
            postgresql_where=sa.text("to_read_at IS NOT NULL"),
        )


def downgrade() -> None:
    """An older version would never read what is still unread: it has to be read before."""
    unread = sa.text("SELECT count(*) FROM cases WHERE to_read_at IS NOT NULL")
    if waiting := op.get_bind().execute(unread).scalar_one():
        raise RuntimeError(f"{waiting} reports are not read yet: let `amends run` or `amends worker` read them first")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("ix_cases_unread")
        batch_op.drop_column("to_read_at")
