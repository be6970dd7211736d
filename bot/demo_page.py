"""The workspace's page as the demo shows it: a few things that Slack draws and the page of local-slack leaves out.

The page is one document with its script in it. Each mend puts other words in one place of that script, as the version
that `local_slack.py` names has it; where a place is not found, the page stays as it is. Everything else between the
browser and the workspace is passed on untouched.
"""

import contextlib
import http.client
import socket
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from bot.processes import HOST, NoPortError

SECONDS = 60
"""Longest wait for an answer of the workspace: it waits itself for the bot."""

CHUNK = 65536
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


@dataclass(frozen=True, slots=True)
class Mend:
    """One place of the page's script and what stands there instead; `why` says what a reader of the page gains."""

    why: str
    place: str
    instead: str


_TIMES = """
function amendsTimes(text){return text.replace(/&lt;!date\\^(\\d+)\\^(.*?)\\|.*?&gt;/g,(all,seconds,shape)=>{
  const at=new Date(seconds*1000),noon=day=>new Date(day).setHours(12,0,0,0);
  const away=Math.round((noon(at)-noon(Date.now()))/864e5);
  const day={"-1":"Yesterday","0":"Today","1":"Tomorrow"}[away]
    ??at.toLocaleDateString("en-US",{month:"short",day:"numeric",year:"numeric"});
  const time=at.toLocaleTimeString("en-US",{hour:"numeric",minute:"2-digit"});
  return shape.replace(/\\{date\\w*\\}/,day).replace("{time}",time)})}
"""

MENDS = (
    Mend(
        "times read as in Slack",
        "function C6(l){let c=j6(E6(l));",
        _TIMES + "function C6(l){let c=amendsTimes(j6(E6(l)));",
    ),
    Mend(
        "what may have several lines has them",
        'return f.jsx("input",{className:"bk-plain-input",placeholder:(z=l.placeholder)',
        'return f.jsx(l.multiline?"textarea":"input",{className:"bk-plain-input",rows:l.multiline?9:void 0,'
        "placeholder:(z=l.placeholder)",
    ),
    Mend(
        "a button that asks, asks",
        'onClick:()=>k({type:"button",value:l.value,text:l.text})',
        'onClick:()=>(!l.confirm||window.confirm(l.confirm.title.text+"\\n\\n"+l.confirm.text.text))'
        '&&k({type:"button",value:l.value,text:l.text})',
    ),
    Mend(
        "a choice shows what is chosen already",
        'selected_option)==null?void 0:L.value)??""',
        'selected_option)==null?void 0:L.value)??(l.initial_option??{}).value??""',
    ),
    Mend(
        "and shows it once",
        'children:[f.jsx("option",{value:"",children:((P=l.placeholder)==null?void 0:P.text)??"Select"})',
        "children:[!l.initial_option&&"
        'f.jsx("option",{value:"",children:((P=l.placeholder)==null?void 0:P.text)??"Select"})',
    ),
    Mend(
        "times of day and people can be chosen in a form",
        'case"datepicker":{const V=((ee=',
        'case"timepicker":{const V=(K.get(c,g)??{}).selected_time??l.initial_time??"";'
        'return f.jsx("input",{className:"bk-plain-input",type:"time",value:V,'
        'onChange:D=>K.set(c,g,{type:"timepicker",selected_time:D.target.value})})}'
        'case"users_select":{const V=(K.get(c,g)??{}).selected_user??l.initial_user??"";'
        'return f.jsxs("select",{className:"bk-select",value:V,'
        'onChange:D=>K.set(c,g,{type:"users_select",selected_user:D.target.value}),'
        'children:[f.jsx("option",{value:"",children:"Select"}),'
        '...[...Vo.entries()].map(([D,he])=>f.jsx("option",{value:D,children:he},D))]})}'
        'case"datepicker":{const V=((ee=',
    ),
)


def mended(page: str) -> str:
    """The page with every mend whose place is found exactly once."""
    for mend in MENDS:
        if page.count(mend.place) == 1:
            page = page.replace(mend.place, mend.instead)
    return page


class Front:
    """The browser's door to a workspace: `with Front(8400, behind=8401):` serves until the end of the block.

    `behind` is the workspace's port; it may be said later, so that no other program takes this one meanwhile. Raises
    NoPortError when the port is taken.
    """

    def __init__(self, port: int, *, behind: int = 0) -> None:
        self.port, self.behind = port, behind
        handler = type("Handler", (_Handler,), {"front": self})
        try:
            self._server = ThreadingHTTPServer((HOST, port), handler)
        except OSError as error:
            raise NoPortError(f"Port {port} cannot be used ({error.strerror}): name another with --port.") from None
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="page", daemon=True)

    @property
    def url(self) -> str:
        """The page to open in a browser."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> Self:
        """Serve, in a thread."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Handler(BaseHTTPRequestHandler):
    """Passes one connection on."""

    front: Front
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        if self.headers.get("Upgrade"):
            self._pass_all_on()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
        headers["Accept-Encoding"] = "identity"
        asking = http.client.HTTPConnection(HOST, self.front.behind, timeout=SECONDS)
        try:
            asking.request(self.command, self.path, body, headers)
            answer = asking.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.send_error(502, "The workspace does not answer")
            return
        finally:
            asking.close()
        if self.path == "/" and (answer.getheader("Content-Type") or "").startswith("text/html"):
            content = mended(content.decode()).encode()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = _pass_on

    def _pass_all_on(self) -> None:
        """A WebSocket: from here on only bytes go to and fro."""
        self.close_connection = True
        with socket.create_connection((HOST, self.front.behind)) as asked, contextlib.suppress(OSError):
            lines = [self.requestline, *(f"{name}: {value}" for name, value in self.headers.items()), "", ""]
            asked.sendall("\r\n".join(lines).encode("latin-1"))
            back = threading.Thread(target=_copy, args=(asked, self.connection), daemon=True)
            back.start()
            _copy(self.connection, asked)
            back.join()

    def log_message(self, *_: object) -> None:
        """The demo prints nothing while it runs."""


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Copy until one of the two ends, then end the other."""
    with contextlib.suppress(OSError):
        while data := source.recv(CHUNK):
            target.sendall(data)
    for each in (source, target):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
