"""Structured logs: one JSON object a line, with no customer text and no token."""

import json
import logging
import sys
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

_SECRET = ("token", "secret", "password", "text")


def _without_secrets(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A last guard: fields with such names are never written."""
    return {name: value for name, value in event.items() if not any(word in name.lower() for word in _SECRET)}


def _places_only(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as its type and the places in our code it went through, and where it arose.

    Its message is left out: those of drivers can hold what people typed.
    """
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["places"] = _places(error)
    return event


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames[:-1] if "bot" in Path(frame.filename).parts]
    return [f"{Path(*Path(f.filename).parts[-3:])}:{f.lineno} {f.name}" for f in [*ours, *frames[-1:]]]


def configure() -> None:
    """Set up our logs, and quieten the libraries to their warnings."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _places_only,
            _without_secrets,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)  # its errors hold what was sent; we log our own


class _OneLine(logging.Formatter):
    """What a library has to say, in the shape of our own lines."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object; an exception as its type."""
        line = {
            "event": "library.message",
            "library": record.name,
            "message": record.getMessage(),
            "level": record.levelname.lower(),
            "at": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line)


def quiet_library_logger() -> logging.Logger:
    """A logger for libraries that put payloads into their messages: nothing below an error is shown."""
    logger = logging.getLogger("amends.slack")
    logger.setLevel(logging.CRITICAL)
    return logger
