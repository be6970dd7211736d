"""Whether a request comes from whoever has the source's secret, and was made just now."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime

WINDOW_SECONDS = 300
"""How far the sender's clock may be from ours; older requests may be copies."""

TIMESTAMP, SIGNATURE = "x-amends-timestamp", "x-amends-signature"
ZENDESK_TIMESTAMP, ZENDESK_SIGNATURE = "x-zendesk-webhook-signature-timestamp", "x-zendesk-webhook-signature"

_SECONDS = re.compile(r"[0-9]{1,12}")


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Amends-Signature: HMAC-SHA256 of `v1:<timestamp>:<body>`, in hex after `v1=`."""
    return "v1=" + hmac.new(secret.encode(), f"v1:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()


def fault(secret: str, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str | None:
    """Why a request is not believed, in a sentence for its sender; None when it is. Header names in small letters."""
    if SIGNATURE in headers or ZENDESK_SIGNATURE not in headers:
        stamp, given = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
        made_at = float(stamp) if _SECONDS.fullmatch(stamp) else None
        names = "X-Amends-Timestamp", "X-Amends-Signature"
        expected = sign(secret, stamp, body)
    else:
        stamp, given = headers.get(ZENDESK_TIMESTAMP, ""), headers[ZENDESK_SIGNATURE]
        made_at = _seconds(stamp)
        names = "X-Zendesk-Webhook-Signature-Timestamp", "X-Zendesk-Webhook-Signature"
        digest = hmac.new(secret.encode(), stamp.encode("latin-1", "replace") + body, hashlib.sha256).digest()
        expected = base64.b64encode(digest).decode()
    if not given:
        return f"{names[1]} is missing: sign the request"
    if made_at is None:
        return f"{names[0]} is missing or not a time: send the time at which the request was signed"
    if abs(now.timestamp() - made_at) > WINDOW_SECONDS:
        return f"{names[0]} is more than five minutes from our clock: sign each try anew, and set the sender's clock"
    if not hmac.compare_digest(expected.encode(), given.encode("latin-1", "replace")):
        return f"{names[1]} does not fit the body: sign exactly the bytes that are sent, with the secret of this source"
    return None


def _seconds(stamp: str) -> float | None:
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
