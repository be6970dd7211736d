"""closed cases are found by when they were closed

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_resolved = sa.text("resolved_at IS NOT NULL")
    op.create_index(
        "ix_cases_resolved",
        "cases",
        ["workspace_id", "resolved_at"],
        sqlite_where=is_resolved,
        postgresql_where=is_resolved,
    )


def downgrade() -> None:
    op.drop_index("ix_cases_resolved", table_name="cases")
