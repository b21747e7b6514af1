"""The server: Solara's pages behind a door of our own, with headers, limits and data beside them. No request leaves the machine."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import logging
import re
import socket as sockets
import sys
import threading
import zipfile
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

# What answers take of other libraries, in one thread: two that import one at the same time find half of it.
import pandas.core.methods.to_dict
import pandas.io.formats.csvs  # noqa: F401
import pyarrow.dataset
import pyarrow.pandas_compat  # noqa: F401
import scipy.optimize  # noqa: F401
import uvicorn
from solara.server import app as solara_apps
from solara.server import settings as solara_settings
from solara.server import starlette as solara_server
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from scenarios.defaults import DEFAULT_PLACE
from scenarios.own_data.tables.table_file import escape_formulas
from scenarios.scenario_template import scenario_text
from simulation.declared.parameters import InputError

from ..own_data import own_places, uploads
from ..questions.question import file_names
from ..results import catalogue
from ..results.studies import study_page
from ..safeguards import boundary
from ..safeguards.clients import SESSION, visitor
from ..session import application
from ..session.hub import Hub
from ..settings import Settings
from ..texts import string
from ..web import shell
from ..web.page_list import all_pages
from .connections import Connections
from .guard import Guard, own_address
from .login import COOKIE, KNOWN, Door

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNCHANGING = {"Cache-Control": "public, max-age=31536000, immutable"}
AT_ONCE = 2  # answers that take long: reports, places, studies
SWITCH = 0.001  # seconds after which a thread that computes lets others go on
SPARE_PAGES = 20  # beyond those that may be open, for connections that are about to end
FILES = 8_192  # open at a time, sockets included
LONGEST_HOST = 253  # characters of a name on the internet
MOST_NAMED = 50  # own places that a browser asks about at once
MOST_MESSAGE = 200_000  # bytes of what a page sends in one message
MOST_QUESTION = 50_000  # bytes of any request that is no upload

_importing = threading.Lock()  # of what draws documents, by one thread at a time
logger = logging.getLogger("groundswell.dashboard")


class _Lasting(solara_server.StaticFilesOptionalAuth):
    """Files whose address names their version, compressed once."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(UNCHANGING)
        return response


class _Answers:
    """What pages fetch beside the websocket: results, worlds, studies, downloads, uploads."""

    def __init__(self, hub: Hub, door: Door) -> None:
        self._hub, self._door = hub, door
        self._turns = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> list[Route | Mount]:
        """Return all addresses of data."""
        return [
            Route("/gs/catalogue.json", self.catalogue),
            Route("/gs/evidence.json", self.evidence),
            Route("/gs/ready.json", self.ready),
            Route("/gs/place.json", self.place),
            Route("/gs/results/{name}.json", self.result),
            Route("/gs/results/{key}/{what}", self.download),
            Route("/gs/watched/{name}.json", self.watched),
            Route("/gs/watched/{name}/{resident}.json", self.story),
            Route("/gs/study.json", self.study),
            Route("/gs/own.json", self.own),
            Route("/gs/uploads", self.upload, methods=["POST"]),
            Route("/gs/login", self.login, methods=["GET", "POST"]),
            Route("/gs/logout", self.logout, methods=["POST"]),
            Mount("/gs/static", _Lasting(directory=shell.ASSETS)),
        ]

    async def catalogue(self, request: Request) -> Response:
        """Return what there is to choose from."""
        return _zipped(await run_in_threadpool(catalogue.catalogue), UNCHANGING if "v" in request.query_params else {})

    async def evidence(self, request: Request) -> Response:
        """Return facts, validation, numbers and limits."""
        return _zipped(await run_in_threadpool(catalogue.evidence), UNCHANGING if "v" in request.query_params else {})

    async def ready(self, request: Request) -> Response:
        """Return the ready comparisons."""
        return _zipped(await run_in_threadpool(self._hub.ready))

    async def place(self, request: Request) -> Response:
        """Return what is shown of a place."""
        return await self._tried(lambda: JSONResponse(catalogue.place_card(request.query_params.get("place", DEFAULT_PLACE))))

    async def result(self, request: Request) -> Response:
        """Return what a page draws of a comparison."""
        found = await run_in_threadpool(self._hub.kept.page, request.path_params["name"][:80])
        return _zipped(found) if found is not None else _said("this result is no longer here; run the comparison again", 404)

    async def download(self, request: Request) -> Response:
        """Return a whole comparison as a file."""
        return await self._tried(lambda: self._download(request.path_params["key"][:80], request.path_params["what"]))

    def _download(self, key: str, what: str) -> Response:
        making = {
            "report.html": _report,
            "effects.csv": _csv,
            "effects.xlsx": _excel,
            "compare.json": _json,
            "scenarios.zip": _scenarios,
        }.get(what)
        loaded = self._hub.kept.load(key) if making else None
        if making is None or loaded is None:
            return _said("this result is not whole yet, or no longer here; run the comparison again", 404)
        question, comparison = loaded
        content, kind = making(question, comparison)
        return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="groundswell-{what}"'})

    async def watched(self, request: Request) -> Response:
        """Return the months of a world that was watched."""
        found = self._hub.watched(request.path_params["name"][:80])
        return _zipped(found[0]) if found is not None else _said("this world is no longer here; start it again", 404)

    async def story(self, request: Request) -> Response:
        """Return what happened to one resident, in both worlds."""
        found, resident = self._hub.watched(request.path_params["name"][:80]), request.path_params["resident"]
        row = int(resident) if re.fullmatch(r"[0-9]{1,9}", resident) else -1
        if found is None or not 0 <= row < len(found[1][0]):
            return _said("this resident is not here; start the world again", 404)
        return Response("[" + ",".join(world[row] for world in found[1]) + "]", media_type="application/json")

    async def study(self, request: Request) -> Response:
        """Return what a page draws of a study."""
        return await self._tried(lambda: JSONResponse(study_page(self._hub.settings.studies, request.url.query)))

    async def own(self, request: Request) -> Response:
        """Return for how many days own places are kept, and which of those that are named are there. Looking at them is no use of them."""
        named = [name for name in dict.fromkeys(request.query_params.getlist("place")[:MOST_NAMED]) if own_places.is_there(name)]
        found = await run_in_threadpool(lambda: [own_places.about(name) for name in named])
        return JSONResponse({"days": self._hub.settings.own_days, "most": self._hub.settings.most_upload, "places": found})

    async def upload(self, request: Request) -> Response:
        """Hold one file of a place that is being brought, in memory; refused as soon as it grows too large."""
        most, content = self._hub.settings.most_upload, bytearray()
        async for chunk in request.stream():
            content += chunk
            if len(content) > most:
                return _said(f"The file is larger than {most / 1e6:.0f} MB, which is what this server takes", 413)
        asked = request.query_params

        def keep() -> Response:
            by = visitor(request.scope)
            self._hub.quotas.places.check(by)
            brought = uploads.take(asked.get("place", ""), asked.get("kind", ""), asked.get("file", ""), bytes(content), by)
            return JSONResponse({"place": brought})

        return await self._tried(keep)

    async def login(self, request: Request) -> Response:
        """Ask for the password, and let in who gives it."""
        if not self._hub.settings.password:
            return RedirectResponse("/")
        wrong, onward = "", own_address(request.query_params.get("next", "/"))
        if request.method == "POST":
            body = await request.body()
            client, known = visitor(request.scope).address, request.cookies.get(COOKIE, "")
            given = (parse_qs(body[:4096].decode("utf-8", "replace")).get("password") or [""])[0]
            cookie = self._door.enter(given, client, known)
            if cookie is not None:
                response, safe = RedirectResponse(onward, status_code=303), _encrypted(request)
                # A new session, so that nobody who knew the old one comes along.
                response.set_cookie(SESSION, str(uuid4()), httponly=True, samesite="lax", secure=safe)
                response.set_cookie(COOKIE, cookie, max_age=KNOWN, httponly=True, samesite="lax", secure=safe)
                return response
            wrong = string("login.wait") if self._door.must_wait(client, known) else string("login.wrong")
        told = string("login.again") if COOKIE in request.cookies and not wrong else ""
        return _alone(shell.login_page(wrong, told), 401 if wrong else 200)

    async def logout(self, request: Request) -> Response:
        """Let the browser forget its login and its session."""
        response = RedirectResponse("/gs/login", status_code=303)
        for name in (SESSION, COOKIE):
            response.delete_cookie(name, httponly=True, samesite="lax")
        return response

    async def _tried(self, make: Any) -> Response:
        """Make an answer that takes long, a few at a time, so that pages come first."""
        try:
            async with self._turns:
                return await run_in_threadpool(make)
        except InputError as error:
            return _said(boundary.words(error), 400)


def _zipped(content: bytes, headers: dict[str, str] | None = None) -> Response:
    return Response(
        content, media_type="application/json", headers={"Content-Encoding": "gzip", "Cache-Control": "no-store", **(headers or {})}
    )


def _alone(text: str, status: int) -> Response:
    """Return a page that needs no scripts."""
    return HTMLResponse(text, status_code=status, headers={"Content-Security-Policy": shell.ALONE})


def _said(error: str, status: int) -> Response:
    return JSONResponse({"error": error}, status_code=status)


def _report(question: Any, comparison: Any) -> tuple[bytes, str]:
    with _importing:
        from experiments.reports.report import render

    return render(comparison).encode(), "text/html"


def _csv(question: Any, comparison: Any) -> tuple[bytes, str]:
    return escape_formulas(comparison.effects).to_csv(index=False).encode(), "text/csv"


def _excel(question: Any, comparison: Any) -> tuple[bytes, str]:
    buffer = io.BytesIO()
    with _importing:
        import openpyxl  # noqa: F401
    comparison.to_excel(buffer)
    return buffer.getvalue(), XLSX


def _json(question: Any, comparison: Any) -> tuple[bytes, str]:
    return json.dumps(comparison.to_json(), indent=1, allow_nan=False).encode(), "application/json"


def _scenarios(question: Any, comparison: Any) -> tuple[bytes, str]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for scenario, file in zip(comparison.scenarios, file_names(question), strict=True):
            if file:
                archive.writestr(file, scenario_text(scenario.name, scenario, "the dashboard"))
    return buffer.getvalue(), "application/zip"


async def _page(request: Request) -> Response:
    """Serve the one page that Solara fills; its words, scripts and policy are ours."""
    full = application.open_pages() >= application.hub().settings.most_sessions
    if full and not await run_in_threadpool(application.make_room, None):
        return PlainTextResponse(string("server.full"), status_code=503)
    content, policy = await run_in_threadpool(lambda: shell.page(request.url.path, catalogue.version()))
    response = HTMLResponse(content, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})
    name = request.cookies.get(SESSION) or str(uuid4())
    response.set_cookie(SESSION, name, httponly=True, samesite="lax", secure=_encrypted(request))
    return response


def _encrypted(request: Request) -> bool:
    """Return True if the browser reaches the server by TLS, be it by a proxy that ends it."""
    origin = f"https://{request.headers.get('host', '')}"
    return request.url.scheme == "https" or origin in application.hub().settings.origins


async def _connected(socket: WebSocket) -> None:
    """Serve one page's connection; messages that cannot be read end it, and the page comes back by itself."""
    kernel = socket.path_params["kernel_id"][:80]
    try:
        await run_in_threadpool(application.let_in, kernel, visitor(socket.scope))
    except InputError as error:
        await socket.accept()
        await socket.close(1013, str(error)[:120])
        return
    try:
        await solara_server.kernel_connection(socket)
    except Exception as error:
        boundary.note("a page's connection ended", error)
        with contextlib.suppress(RuntimeError):  # closed already
            await socket.close(1011)
    finally:
        application.let_go(kernel)


async def _left(request: Request) -> Response:
    """Close a page that was left; in a thread, since what it is about to do is finished first."""
    await run_in_threadpool(
        application.leave, request.path_params["kernel_id"][:80], request.query_params.get("session_id", "")[:80]
    )
    return Response()


async def _broken(request: Request, error: Exception) -> Response:
    return _said(boundary.words(error), 500)


async def _not_there(request: Request, error: Exception) -> Response:
    return _alone(shell.missing_page(), 404)


def _set_up_solara(most_pages: int) -> None:
    """Let Solara tell nobody of its use, show no icons and no loader of its own, and forget pages that were left."""
    wanted: dict[str, dict[str, Any]] = {
        "main": {"base_url": "", "mode": "production"},
        "theme": {"loader": "plain"},
        "telemetry": {"mixpanel_enable": False},
        "assets": {"fontawesome_enabled": False},
        "session": {"http_only": True},
        "kernel": {"cull_timeout": "15m", "max_per_session": 30, "max_count": most_pages},
    }
    for part, values in wanted.items():
        known = getattr(solara_settings, part)
        for name, value in values.items():
            if hasattr(known, name):  # versions differ
                setattr(known, name, value)


def application_of(hub: Hub, connections: Connections) -> Guard:
    """Return the whole server as an ASGI application, which watches over its connections."""
    settings = hub.settings
    door = Door(settings)
    application.use(hub)
    shell.only_known_messages()
    boundary.no_tracebacks()
    _set_up_solara(settings.most_sessions + SPARE_PAGES)
    if "__default__" not in solara_apps.apps:
        solara_apps.apps["__default__"] = solara_apps.AppScript("dashboards.session.application")
    packaged = solara_settings.assets.proxy_cache_dir
    routes = [
        *(Route(one.path, _page) for one in all_pages().values()),
        *_Answers(hub, door).routes(),
        Route("/readyz", solara_server.readyz),
        Route("/jupyter/api/kernels/{id}", solara_server.kernels),
        WebSocketRoute("/jupyter/api/kernels/{kernel_id}/{name}", _connected),
        Route("/_solara/api/close/{kernel_id}", _left, methods=["POST"]),
        Mount("/_solara/cdn", _Lasting(directory=packaged)),  # what is installed, and nothing that would have to be fetched
        Mount("/static/assets", solara_server.StaticAssets()),
        Mount("/jupyter/nbextensions", solara_server.StaticNbFiles()),
        Mount("/static", StaticFiles(directory=solara_server.server.solara_static)),
    ]

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        watch = asyncio.create_task(connections.watch())
        async with solara_server.lifespan(app):
            yield
            watch.cancel()
            hub.close()  # before the pages, none of which may wait for what goes on

    inner = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(GZipMiddleware, minimum_size=1000)],
        exception_handlers={404: _not_there, Exception: _broken},
    )
    return Guard(inner, settings, door, MOST_QUESTION)


def listen(settings: Settings) -> sockets.socket:
    """Return a socket that listens.

    Raises:
        InputError: this machine has no such address, or the port is taken.
    """
    if len(settings.host) > LONGEST_HOST:
        raise InputError(f"--host: a name of {len(settings.host)} characters; allowed: {LONGEST_HOST} or fewer")
    family = sockets.AF_INET6 if ":" in settings.host else sockets.AF_INET
    socket = sockets.socket(family, sockets.SOCK_STREAM)
    socket.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
    try:
        socket.bind((settings.host, settings.port))
    except (sockets.gaierror, UnicodeError):
        socket.close()
        raise InputError(
            f"--host: '{settings.host}' is not an address of this machine; give one that is, such as 127.0.0.1 (this machine only) or 0.0.0.0 (anyone who can reach it)"
        ) from None
    except (OSError, OverflowError) as error:
        socket.close()
        raise InputError(
            f"--host, --port: {settings.host}:{settings.port} cannot be used ({getattr(error, 'strerror', error)}); take another --port"
        ) from None
    socket.listen(512)
    return socket


def _allow_files() -> None:
    """Let the process open as many files as the system allows it, so that connections never use up what results need."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, FILES) if hard > 0 else FILES), hard))


def serve(settings: Settings, socket: sockets.socket, tell: Callable[[], None]) -> None:
    """Serve until interrupted; `tell` is called once it is certain that it can."""
    hub = Hub(settings)
    tell()
    logging.getLogger("solara").setLevel(logging.ERROR)
    _allow_files()
    sys.setswitchinterval(SWITCH)
    connections = Connections(settings.trusted)
    app = application_of(hub, connections)
    config = uvicorn.Config(
        app,
        http=connections.protocol(),
        log_level="warning",
        access_log=False,
        loop="asyncio",
        ws_max_size=MOST_MESSAGE,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=64_000,
    )
    server = uvicorn.Server(config)
    server.run(sockets=[socket])


__all__ = ["application_of", "listen", "serve"]
