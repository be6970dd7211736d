"""The one place where the parts are joined: settings, content, database, Slack, the loop."""

import gc
import signal
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot import clock, web
from bot.content.bundle import Content, Library
from bot.flows import housekeeping
from bot.flows.reading import Reader
from bot.flows.reminders import Keeper
from bot.flows.together import Together
from bot.intake.door import Door as SideDoor
from bot.logs import quiet_library_logger
from bot.refresh import Refresh
from bot.settings import Settings
from bot.slack import bolt, install
from bot.slack.deliver import CALL_SECONDS, OUR_ACCESS, Deliverer
from bot.slack.directory import FAILURES, Directory, SlackAway, error_code
from bot.slack.house import House
from bot.slack.http import dispatcher
from bot.slack.socket import Socket
from bot.store.db import Database
from bot.store.migrations import ensure_current, only_process

log = structlog.get_logger(__name__)

ANSWER_SECONDS = 2
"""Longest wait for Slack to open a form or to tell somebody something: an answer has three seconds."""

MOST_WAITS = 20
"""How often a check of the installation waits when Slack asks it to slow down."""

LOOK_UP_SECONDS = 1
"""Longest wait for a name, which comes before that."""


class StartError(Exception):
    """The bot cannot start. The message is one line: what, why, what to do."""


def run(settings: Settings, *, door: bool, worker: bool) -> None:
    """Run until SIGTERM or Ctrl-C. `door` takes requests from Slack, `worker` sends what is due.

    Raises StartError, ContentError or DatabaseError when it cannot start.
    """
    library = Library(settings.amends_responses, settings.amends_policies)
    database = Database(settings.database_url)
    stop = _stop_signal()
    with only_process(database):
        ensure_current(database)
        _collect_again()
        me = _who_are_we(_client(settings, ANSWER_SECONDS), stop)
        if me is None:
            return
        with _house(settings, database, library, me, worker=worker) as (house, deliverer):
            if door:
                _open_door(settings, house, database, deliverer, stop)
            else:
                log.info("worker.ready")
                stop.wait()
    database.close()


def _collect_again() -> None:
    """What was read stays: from now on garbage is looked for in what comes after, however long Slack is away."""
    gc.freeze()
    gc.enable()


@contextmanager
def _house(
    settings: Settings, database: Database, library: Library, me: Any, *, worker: bool
) -> Iterator[tuple[House, Deliverer | None]]:
    """The house with its loop running, if it has one, until the end of the block."""
    loop: clock.Loop[Any] | None = None
    reading: clock.Beat | None = None

    def wake() -> None:
        if loop is not None:
            loop.wake()

    def wake_reader() -> None:
        if reading is not None:
            reading.wake()

    directory = Directory(_client(settings, LOOK_UP_SECONDS))
    together = Together(database.transaction, me.workspace, clock.now, wake_reader)
    house = House(
        me=me,
        client=_client(settings, ANSWER_SECONDS),
        directory=directory,
        transaction=database.transaction,
        reading=database.looking,
        open_report=together.open,
        content=lambda: library.content,
        now=clock.now,
        wake=wake,
    )
    house.directory.warm_up()
    with suppress(SlackAway):
        for fault in install.channel_faults(library.content, directory):
            log.warning("channel.missing", what=fault)
    deliverer: Deliverer | None = None
    if worker:
        sending = replace(house, transaction=database.patient_transaction)  # people who report or press go first
        deliverer = Deliverer(sending, _client(settings, CALL_SECONDS))
        if database.is_sqlite:
            housekeeping.after_a_crash(database.transaction)
        loop = clock.Loop(deliverer, housekeeping.look(database.looking))
        reader = Reader(
            database.transaction,
            database.looking,
            lambda: library.content,
            me.workspace,
            clock.now,
            places=house.places,
            let_pass=together.let_pass,
            done=wake,
        )
        reading = clock.Beat("reader", reader.read_some)
        loop.start()
        reading.start()
    keeper = Keeper(database.transaction, lambda: library.content, me.workspace)
    chores = clock.Chores(content=Refresh(library, house).look, followups=lambda: keeper.tend(clock.now()))
    chores.start()
    try:
        yield house, deliverer
    finally:
        chores.stop()
        if reading is not None:
            reading.stop()
        if loop is not None:
            loop.stop()


def _open_door(
    settings: Settings, house: House, database: Database, deliverer: Deliverer | None, stop: threading.Event
) -> None:
    secret = settings.slack_signing_secret.get_secret_value()
    app = bolt.build(house, secret or "unused-with-a-socket", quiet_library_logger())
    intake = _side_door(settings, house)
    socket: Socket | None = None

    def health() -> dict[str, Any]:
        connected = socket is None or socket.is_connected
        return housekeeping.health(
            database.looking, connected=connected, trouble=deliverer.trouble if deliverer else None
        )

    if not settings.socket_mode:
        _serve(web.build(dispatcher(app), health, intake), settings.port, stop)
        return
    socket = Socket(app, settings.slack_app_token.get_secret_value())
    is_served = settings.port_given or house.content().intake.sources
    server = _in_background(web.build(None, health, intake), settings.port) if is_served else None
    try:
        _connect(socket, stop)
        log.info("door.ready", mode="socket")
        while not stop.wait(1.0):
            if server is not None and server.should_exit:
                break
    finally:
        socket.close()
        if server is not None:
            server.should_exit = True


def _side_door(settings: Settings, house: House) -> web.Intake:
    """What answers webhooks. Raises StartError when a source has no secret."""
    for source in house.content().intake.sources:
        if not settings.intake_secret_of(source.name):
            name = f"INTAKE_SECRET_{source.name.upper().replace('-', '_')}"
            raise StartError(
                f"{name} is not set: give the source {source.name} of intake.yml a secret "
                "(`openssl rand -hex 32` makes one), or remove the source"
            )

    return SideDoor(
        intake=lambda: house.content().intake,
        secret_of=settings.intake_secret_of,
        channel_id=house.directory.channel_id,
        open_report=house.open_report,
        now=house.now,
    ).receive


def _serve(app: Any, port: int, stop: threading.Event) -> None:
    """Serve until the signal; what has begun is finished."""
    web.check_port(port)
    server = web.serve(app, port)
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    while thread.is_alive() and not server.started:
        time.sleep(0.01)
    log.info("door.ready", mode="http", port=port)
    while thread.is_alive() and not stop.wait(0.5):
        pass
    server.should_exit = True
    thread.join(10)


def _in_background(app: Any, port: int) -> Any:
    web.check_port(port)
    server = web.serve(app, port)
    threading.Thread(target=server.run, name="health", daemon=True).start()
    return server


def _connect(socket: Socket, stop: threading.Event) -> None:
    """Open the socket, however long Slack is away; a refused token ends the start."""
    pause = 0.5
    while not stop.is_set():
        try:
            socket.connect()
            return
        except SlackApiError as error:
            reason = str(error.response.get("error"))
            if reason in OUR_ACCESS:
                raise StartError(
                    f"SLACK_APP_TOKEN: Slack refuses it ({reason}): make an app-level token with connections:write"
                ) from None
            log.warning("slack.away", reason=reason)
        except (SlackClientError, OSError, ValueError) as error:
            log.warning("slack.away", reason=type(error).__name__)
        stop.wait(pause)
        pause = min(pause * 2, 15)


def _who_are_we(client: WebClient, stop: threading.Event) -> Any:
    """Ask Slack who we are, however long it is away; a refused token ends the start. None when stopped meanwhile."""
    pause = 0.2
    while not stop.is_set():
        try:
            return bolt.who_are_we(client)
        except SlackApiError as error:
            reason = str(error.response.get("error"))
            if reason in OUR_ACCESS:
                raise StartError(
                    f"SLACK_BOT_TOKEN: Slack refuses it ({reason}): copy the Bot User OAuth Token of your app again"
                ) from None
            log.warning("slack.away", reason=reason)
        except (SlackClientError, OSError, ValueError) as error:
            log.warning("slack.away", reason=type(error).__name__)
        stop.wait(pause)
        pause = min(pause * 2, 15)
    return None


def faults(settings: Settings, content: Content) -> list[str]:
    """What Slack says to the tokens, and to each channel and person the policies name: a line for each fault.

    Asks as slowly as Slack wants. Raises StartError when Slack refuses a token or cannot be asked.
    """
    client = _client(settings, CALL_SECONDS)
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=MOST_WAITS))
    token = settings.slack_app_token.get_secret_value()
    name = "SLACK_BOT_TOKEN"
    try:
        found = install.scope_faults(client)
        if token:
            name = "SLACK_APP_TOKEN"
            client.apps_connections_open(app_token=token)
        directory = Directory(client)
        return [*found, *install.channel_faults(content, directory), *install.people_faults(content, directory)]
    except SlackApiError as error:
        raise StartError(f"{name}: Slack refuses it ({error_code(error)}): copy it again from your Slack app") from None
    except (SlackAway, *FAILURES) as error:
        raise StartError(f"Slack cannot be asked ({error or error_code(error)}): try again in a minute") from None


def _client(settings: Settings, seconds: int) -> WebClient:
    """A client that never repeats a call by itself: what it writes could be written twice."""
    return WebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        timeout=seconds,
        retry_handlers=[],
        logger=quiet_library_logger(),
        ssl=_certificates() if settings.slack_api_url.startswith("https:") else None,
    )


@cache
def _certificates() -> ssl.SSLContext:
    """Whom we trust to be Slack. Without it Python 3.11 reads all certificates anew, 20 ms of work, for every call."""
    return ssl.create_default_context()


def _stop_signal() -> threading.Event:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return stop
