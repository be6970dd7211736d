"""With AMENDS_REQUIRE_ALL=1 a skipped test is a failed test: CI must not pass by leaving something out.

Used by tests/conftest.py: from tests.require_all import *
"""

import os
from collections.abc import Generator

import pytest

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport"]

REQUIRED = os.environ.get("AMENDS_REQUIRE_ALL", "") not in ("", "0")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip, in a test or in a fixture, into a failure."""
    report = yield
    if REQUIRED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = _why(report.longrepr)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole file into a failure."""
    report = yield
    if REQUIRED and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = _why(report.longrepr)
    return report


def _why(reason: object) -> str:
    words = reason[2] if isinstance(reason, tuple) else str(reason)
    return f"{words}\nNothing may be skipped while AMENDS_REQUIRE_ALL is set."
