"""frozen offers are found without looking through all

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_frozen = sa.text("state = 'frozen'")
    op.create_index(
        "ix_offers_frozen", "offers", ["workspace_id"], sqlite_where=is_frozen, postgresql_where=is_frozen
    )


def downgrade() -> None:
    op.drop_index("ix_offers_frozen", table_name="offers")
