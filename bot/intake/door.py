"""One webhook request → one case, and an answer that tells the sender what to do."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog

from bot.domain.complaint import Complaint
from bot.domain.intake import Intake
from bot.flows.opening import Opened
from bot.flows.session import Unavailable
from bot.intake.shapes import Faults, Ignored, read
from bot.intake.signature import fault

log = structlog.get_logger(__name__)

Answer = tuple[int, dict[str, Any]]
"""Status and JSON. It holds the case's reference and never what the customer wrote."""

LATER = "Nothing was stored. Send the same request again, signed anew, in a minute."


class Door:
    """The side door of one workspace. Safe to use from several threads."""

    def __init__(
        self,
        *,
        intake: Callable[[], Intake],
        secret_of: Callable[[str], str],
        channel_id: Callable[[str], str | None],
        open_report: Callable[[Complaint], Opened],
        now: Callable[[], datetime],
    ) -> None:
        """`secret_of` is empty for a source without a secret; `channel_id` raises what it likes while Slack is away."""
        self._intake, self._secret_of, self._channel_id = intake, secret_of, channel_id
        self._open_report, self._now = open_report, now

    def receive(self, name: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a request. Header names in small letters. Never raises."""
        try:
            status, answer = self._receive(name, headers, body)
        except Unavailable:
            status, answer = 503, {"error": f"The database cannot be reached. {LATER}"}
        except Exception as error:
            log.error("intake.failed", error=type(error).__name__, exc_info=error)
            status, answer = 500, {"error": f"Something went wrong on our side. {LATER}"}
        known = self._intake().source(name) is not None
        log.info("intake.answered", source=name if known else None, status=status, case=answer.get("case"))
        return status, answer

    def _receive(self, name: str, headers: Mapping[str, str], body: bytes) -> Answer:
        source = self._intake().source(name)
        if source is None:
            return 404, {"error": "There is no such source: the path is /intake/<source>, as in policies/intake.yml."}
        secret = self._secret_of(name)
        if not secret:
            log.error("intake.no_secret", source=name)
            return 503, {"error": "This source has no secret yet: an admin of Amends has to set it."}
        if why := fault(secret, headers, body, now=self._now()):
            return 401, {"error": f"Not accepted: {why}."}
        channel = self._place(source.channel)
        if channel is None:
            return 503, {"error": f"Amends is not in the channel of this source, or Slack is away. {LATER}"}
        found = read(source, body, channel, now=self._now())
        if isinstance(found, Ignored):
            return 200, {"case": None, "new": False, "ignored": found.why}
        if isinstance(found, Faults):
            faults = dict(found.fields)
            if "" in faults:
                return 400, {"error": f"The body {faults['']}."}
            first = next(iter(faults.items()))
            return 422, {"error": f"{first[0]}: {first[1]}", "fields": faults}
        opened = self._open_report(found)
        return (201 if opened.is_new else 200), {"case": opened.case.reference, "new": opened.is_new}

    def _place(self, written: str) -> str | None:
        try:
            return self._channel_id(written)
        except Unavailable:
            raise
        except Exception as error:
            log.warning("intake.channel_unknown", error=type(error).__name__)
            return None
