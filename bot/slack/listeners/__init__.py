"""One module a topic. A listener reads: parse → one flow in one transaction → acknowledge, last."""
