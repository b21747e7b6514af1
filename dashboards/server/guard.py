"""The guard before everything: who asks, from where, how much; and the headers of every answer."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.requests import cookie_parser

from ..safeguards.clients import ADDRESS, SESSION, Visitor, address_of, readable
from ..settings import LOCAL, Settings
from .login import COOKIE, Door, well_formed

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers say nothing of where a form comes from, and nobody can log in
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
MOST_COOKIES = 8_000  # bytes
OPEN_PATHS = ("/gs/login", "/gs/static/", "/readyz")  # what somebody who is not in yet may see


class Guard:
    """An ASGI application around another.

    Args:
        inner: what is guarded.
        settings: addresses under which it is reached, largest upload.
        door: who may come in.
        most: bytes of a request that is no upload.
    """

    def __init__(self, inner: Any, settings: Settings, door: Door, most: int) -> None:
        self._inner, self._settings, self._door, self._most = inner, settings, door, most
        self._names = {urlsplit(origin).netloc.lower() for origin in settings.origins}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        peer = (scope.get("client") or ("",))[0]
        cookies = cookie_parser(headers.get("cookie", ""))
        asks = Visitor(cookies.get(SESSION, ""), address_of(peer, headers, self._settings.trusted))
        scope = {**scope, "state": {**(scope.get("state") or {}), "visitor": asks}}
        scope["headers"] = [(k, v) for k, v in scope["headers"] if k.lower() != ADDRESS.encode()]
        scope["headers"] = [*scope["headers"], (ADDRESS.encode(), asks.address.encode("latin-1", "replace"))]
        refused = self._bad_cookies(cookies, headers) or self._refused(scope, headers)
        if refused is None:
            with contextlib.suppress(Exception):  # it is in the log with its number, and who asked was told that number
                await self._inner(scope, receive, send if scope["type"] == "websocket" else _with_headers(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refused[1]})
        elif refused[0] == 400:
            gone = [(b"set-cookie", f"{name}=; Max-Age=0; Path=/; HttpOnly; SameSite=lax".encode()) for name in (SESSION, COOKIE)]
            await _answer(_with_headers(send), 400, refused[1].encode(), gone)
        elif refused[0] == 303:
            await _answer(_with_headers(send), 303, b"", [(b"location", _login_of(scope).encode())])
        else:
            await _answer(_with_headers(send), refused[0], refused[1].encode())

    @staticmethod
    def _bad_cookies(cookies: dict[str, str], headers: dict[str, str]) -> tuple[int, str] | None:
        """Return status and reason where a cookie of ours is none that this server gives; those of others are left alone."""
        fine = (
            len(headers.get("cookie", "")) <= MOST_COOKIES
            and (SESSION not in cookies or readable(cookies[SESSION]))
            and (COOKIE not in cookies or well_formed(cookies[COOKIE]))
        )
        return None if fine else (400, "a cookie that this server did not give; it is removed, so that the next try works")

    def _refused(self, scope: Any, headers: dict[str, str]) -> tuple[int, str] | None:
        """Return status and reason where a request is refused."""
        if not self._known_host(headers.get("host", "")):
            return 421, "this server is not reached under that name (--origin adds one)"
        origin = headers.get("origin")
        asks = scope["type"] == "websocket" or scope.get("method") not in ("GET", "HEAD")
        if asks and not self._own_origin(origin, headers.get("host", ""), scope["type"] == "websocket"):
            return 403, "asked from a page of another origin"
        path = scope["path"]
        if len(scope.get("query_string", b"")) > self._most:
            return 414, "the address is too long"
        length = headers.get("content-length", "0")
        most = self._settings.most_upload if path == "/gs/uploads" else self._most
        if not (length.isascii() and length.isdigit() and len(length) < 19) or int(length) > most:
            return 413, f"the request is larger than {most:,} bytes"
        if asks and scope["type"] == "http" and path != "/gs/uploads" and "transfer-encoding" in headers:
            return 411, "how long the request is must be said"
        if self._door.user(scope) is None and not path.startswith(OPEN_PATHS):
            page = (
                scope["type"] == "http"
                and scope["method"] == "GET"
                and bool(self._settings.password)
                and not path.startswith("/gs/")
            )
            return (303, "") if page else (401, "log in first")
        return None

    def _known_host(self, host: str) -> bool:
        """Return True for names under which the server is meant to be reached; any for one that listens beyond this machine."""
        name = host.lower().rsplit(":", 1)[0].strip("[]") if not host.endswith("]") else host.strip("[]")
        if host.lower() in self._names or name in LOCAL:
            return True
        return self._settings.host not in LOCAL and not self._names and bool(host)

    def _own_origin(self, origin: str | None, host: str, websocket: bool) -> bool:
        """Return True if a page of this server asks; programs without an origin may use the data, never the websocket."""
        if origin is None:
            return not websocket
        try:
            found = urlsplit(origin)
        except ValueError:
            return False
        netloc = found.netloc.lower()
        return bool(netloc) and found.scheme in ("http", "https") and (netloc == host.lower() or netloc in self._names)


def _login_of(scope: Any) -> str:
    """Return the address of the login that leads on to what was asked."""
    query = scope.get("query_string", b"").decode("latin-1")
    asked = scope["path"] + (f"?{query}" if query else "")
    return "/gs/login" if asked == "/" else f"/gs/login?next={quote(asked, safe='/')}"


def own_address(address: str) -> str:
    """Return an address if it is one of this server's pages; the start page else, as for anything that leads elsewhere."""
    fine = (
        address.startswith("/")
        and not address.startswith(("//", "/gs/"))
        and address.isascii()
        and address.isprintable()
        and "\\" not in address
    )
    return address if fine else "/"


def _with_headers(send: Any) -> Any:
    async def sent(message: Any) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            more = [(k.lower().encode(), v.encode()) for k, v in HEADERS.items() if k.lower().encode() not in there]
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return sent


async def _answer(send: Any, status: int, body: bytes, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    start = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})
