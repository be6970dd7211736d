"""What became of the suggestions of each response template, for the people who write them."""

from datetime import datetime

from bot.content.bundle import Content
from bot.domain.usage import Usage
from bot.store import drafts
from bot.store.db import Session


def usage_of_templates(session: Session, content: Content, *, since: datetime | None = None) -> list[Usage]:
    """Every template with its figures, most suggested first; those never suggested, and those since taken away, too."""
    counted = {each.template_id: each for each in drafts.usage(session, since=since)}
    for template in content.templates:
        counted.setdefault(template.id, Usage(template.id))
    return sorted(counted.values(), key=lambda each: (-each.suggested, each.template_id))
