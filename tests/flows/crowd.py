"""One of several processes that press at once: `python -m tests.flows.crowd URL SEED START`. Prints what went wrong."""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

from bot.content.bundle import load
from bot.flows.offers import Made, NotAllowed
from bot.flows.outcome import Refused
from bot.settings import ROOT
from bot.store import offers
from bot.store.db import Database, Unavailable
from tests.builders import WORKSPACE
from tests.flows.money import LUIS, MARA, Till
from tests.flows.story import ANA, BEN, LENA

PRESSES, THREADS = 24, 4


def main(url: str, seed: int, start: float) -> None:
    content = load(ROOT / "responses", ROOT / "policies")
    till = Till(Database(url), content, content.policy)
    waiting = [each for each, _ in till.look(lambda session: offers.waiting(session, WORKSPACE, limit=99))]
    cases = [till.case_of(each) for each in waiting]

    def press(number: int) -> str:
        random = Random(seed * 1000 + number)
        offered, case, by = random.choice(waiting), random.choice(cases), random.choice([LENA, LUIS, MARA, BEN])
        deed = random.choice(
            [
                lambda: till.approve(offered, by=by),
                lambda: till.decline(offered, by=by),
                lambda: till.counter(offered, "20 EUR", by=by),
                lambda: till.accept(offered, by=ANA),
                lambda: till.withdraw(offered, by=ANA),
                lambda: till.offer(case, "30 EUR", by=ANA, form=f"{case.id}-{number % 3}", loss="900 EUR"),
            ]
        )
        for _ in range(20):
            try:
                answer = deed()
            except Unavailable as waited:  # the person is asked to press again, and does
                if "deadlock" in str(waited):
                    return str(waited)
                continue
            known = isinstance(answer, Refused | NotAllowed | Made | type(offered))
            return "" if known else f"{answer!r} is no answer"
        return "never answered"

    time.sleep(max(start - time.time(), 0))
    with ThreadPoolExecutor(THREADS) as pool:
        faults = [fault for fault in pool.map(press, range(PRESSES)) if fault]
    till.database.close()
    print(json.dumps(faults))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
