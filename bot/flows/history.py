"""What was sent before: to this customer, and by this agent. It decides which response comes first."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.case import Case, Details
from bot.domain.promise import Approved
from bot.domain.promise.stated import stated
from bot.domain.template import LATER_REPLIES, Channel, When
from bot.flows.promised import given_on
from bot.store import cases, drafts
from bot.store.db import Session


@dataclass(frozen=True, slots=True)
class Setting:
    """What a draft depends on besides what its case is about. `used` holds ids of templates, the last one first."""

    channel: Channel = Channel.EMAIL
    repeated: bool = False
    used: tuple[str, ...] = ()
    given: tuple[Approved, ...] = ()
    when: tuple[When, ...] = (When.FIRST,)

    @property
    def amends(self) -> str:
        """What is decided on the case, as a reply states it."""
        return stated(self.given)


def setting_of(session: Session, case: Case, *, by: str | None, channel: Channel = Channel.EMAIL) -> Setting:
    """What the next reply on a case depends on, when this person writes it."""
    [repeated] = repeated_in(session, case.workspace, [case.details], before=case.id)
    return Setting(
        channel,
        repeated,
        used_by(by, drafts.lately_sent(session, case.workspace)),
        given_on(session, case),
        LATER_REPLIES if case.first_replied_at else (When.FIRST,),
    )


def used_by(person: str | None, sent: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The templates of the replies sent lately, each with its sender: this person's own first, then the others'."""
    own = [template for template, sender in sent if sender == person]
    return tuple(dict.fromkeys([*own, *(template for template, _ in sent)]))


def repeated_in(
    session: Session, workspace: str, several: Sequence[Details], *, before: int | None = None
) -> list[bool]:
    """For each of several cases, whether its customer was answered about another, older case.

    Told by the reference, or by first and last name: a first name alone may be anybody's.
    """
    customers, references = cases.answered_before(
        session,
        workspace,
        customers=sorted({each.customer for each in several if _is_full_name(each.customer)}),
        references=sorted({each.reference for each in several if each.reference}),
        before=before,
    )
    return [each.customer in customers or each.reference in references for each in several]


def _is_full_name(name: str) -> bool:
    return len(name.split()) > 1
