"""Structured logs: one JSON object a line, with no customer text and no token."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET = ("token", "secret", "password", "text")


def _without_secrets(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A last guard: fields with such names are never written."""
    return {name: value for name, value in event.items() if not any(word in name.lower() for word in _SECRET)}


def _places_only(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as its type and the places it went through: messages of drivers can hold what people typed."""
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        places, trace = [], error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_filename.rsplit('/', 3)[-1]}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        event["places"] = places[-12:]
    return event


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
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s", stream=sys.stderr)


def quiet_library_logger() -> logging.Logger:
    """A logger for libraries that put payloads into their messages: nothing below an error is shown."""
    logger = logging.getLogger("amends.slack")
    logger.setLevel(logging.CRITICAL)
    return logger
