"""Text → complaint or not, category, severity, risks, customer and reference, each with the words that led to it."""

from bot.domain.triage.guesses import COMPLAINT, Guess, Triage
from bot.domain.triage.risks import RiskFinder, RiskRule
from bot.domain.triage.triager import Triager

__all__ = ["COMPLAINT", "Guess", "RiskFinder", "RiskRule", "Triage", "Triager"]
