"""Every id that Slack sends back to us, in one place: buttons, forms, the shortcut and the command."""

from enum import StrEnum

COMMAND = "/amends"
SHORTCUT = "report_complaint"


class Press(StrEnum):
    """The action_id of each button. Its value is the id of what it acts on, never an amount or a state."""

    TAKE = "cases.take"
    ACKNOWLEDGE = "alerts.acknowledge"
    ASSIGN = "cases.assign"
    DRAFT = "cases.draft"
    CHANGE = "cases.change"
    RESOLVE = "cases.resolve"
    REOPEN = "cases.reopen"
    SATISFACTION = "cases.satisfaction"
    END_CHECKS = "cases.end_checks"
    OPEN = "detect.open"
    NOT_A_COMPLAINT = "detect.not_a_complaint"
    QUIET = "detect.quiet"
    USE = "drafts.use"
    EDIT = "drafts.edit"
    ANOTHER = "drafts.another"
    SENT = "drafts.sent"
    WAITING = "cases.waiting"
    ANSWERED = "cases.answered"
    REASSIGN = "cases.reassign"
    DONE = "followups.done"
    SNOOZE = "followups.snooze"
    UNREACHABLE = "followups.unreachable"
    OFFER = "offers.offer"
    ACCEPT = "offers.accept"
    TURN_DOWN = "offers.turn_down"
    WITHDRAW = "offers.withdraw"
    GIVEN = "offers.given"
    APPROVE = "approvals.approve"
    DECLINE = "approvals.decline"
    COUNTER = "approvals.counter"


class Form(StrEnum):
    """The callback_id of each form. Its private_metadata is the id of what it is about."""

    REPORT = "cases.report"
    DETAILS = "cases.details"
    RESOLUTION = "cases.resolution"
    SATISFACTION = "cases.satisfaction"
    REPLY = "drafts.reply"
    SENT = "drafts.sent_reply"
    OWNER = "cases.owner"
    DONE = "followups.done"
    SNOOZE = "followups.snooze"
    UNREACHABLE = "followups.unreachable"
    OFFER = "offers.offer"
    GIVEN = "offers.given"
    DECLINE = "approvals.decline"
    COUNTER = "approvals.counter"


class Field(StrEnum):
    """The block_id of each input; its action_id is the same, or begins with one of `Live`."""

    TEXT = "text"
    REPLY = "reply"
    CATEGORY = "category"
    SEVERITY = "severity"
    RISKS = "risks"
    MORE_RISKS = "more_risks"
    CLEARED_RISKS = "cleared_risks"
    ABOUT = "about"
    ABOUT_NOBODY = "about_nobody"
    CUSTOMER = "customer"
    REFERENCE = "reference"
    OUTCOME = "outcome"
    RESOLUTION = "resolution"
    CAUSE = "cause"
    SATISFACTION = "satisfaction"
    CHANNEL = "channel"
    FIND = "find"
    RESPONSE = "response"
    REASON = "reason"
    ALREADY = "already"
    REST = "rest"
    OWNER = "owner"
    SAID = "said"
    FOUND = "found"
    SNOOZE = "snooze"
    DAY = "day"
    TIME = "time"
    KIND = "offer.kind"
    AMOUNT = "offer.amount"
    ITEM = "offer.item"
    LOSS = "offer.loss"
    OFFER_REASON = "offer.reason"
    NOTE = "offer.note"
    WHY = "why"
    PAYMENT = "payment"


OFFERING = (Field.KIND, Field.AMOUNT, Field.ITEM, Field.LOSS, Field.OFFER_REASON)
"""The inputs of an offer that change what the rules say: Slack tells of each while the form is open."""

ANSWER = "answer."
"""Prefix of the inputs that ask for a draft's missing values; the rest is the value's name."""

KEEP, DAY, TIME = "keep.", "day.", "time."
"""Prefixes of the inputs that ask for one promised date; the rest is the date's key."""


class Live(StrEnum):
    """The action_id, or its beginning, of what redraws or shows something while a form about a reply is open."""

    FORM = "drafts.live."
    REWORD = "drafts.reword"
    PREVIEW = "drafts.preview"
    SENT_FORM = "sent.live."


NOTICE_MARK = "notice-"
"""Prefix of the first block's id in a message that stands for a notice; the rest is the notice's id."""

HOME = "home"
"""What a form keeps after a colon when it was opened from somebody's own page."""
