"""Who may come in: everybody on this machine, who knows the password, or whom a trusted proxy names."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from http.cookies import CookieError, SimpleCookie
from typing import Any

from .settings import Settings

COOKIE = "groundswell-login"
DAY = 86_400
TRIES, PAUSE = 10, 60.0  # wrong passwords from one address before it has to wait


class Door:
    """Lets in who may come in; the same for pages, data and the websocket.

    Args:
        settings: whether a password is asked for, or a proxy trusted.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key = secrets.token_bytes(32)  # of this run: a restart asks for the password again
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @property
    def closed(self) -> bool:
        """True if somebody has to say who they are."""
        return bool(self._settings.password or self._settings.proxy_header)

    def user(self, scope: Any) -> str | None:
        """Return who asks, empty where nobody needs to say; None for those who may not come in."""
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        if self._settings.proxy_header:
            client = (scope.get("client") or ("",))[0]
            named = headers.get(self._settings.proxy_header.lower(), "").strip()
            return named[:120] if named and client in self._settings.proxies else None
        if self._settings.password:
            return "" if self._valid(_cookie(headers.get("cookie", ""))) else None
        return ""

    def enter(self, password: str, client: str) -> str | None:
        """Return the cookie of who gave the right password; None for a wrong one, or for who must wait after too many."""
        if self.must_wait(client):
            return None
        if not hmac.compare_digest(password.encode(), self._settings.password.encode()):
            tries, _ = self._wrong.get(client, (0, 0.0))
            self._wrong[client] = tries + 1, time.monotonic()
            while len(self._wrong) > 1000:
                self._wrong.popitem(last=False)
            return None
        self._wrong.pop(client, None)
        until = str(int(time.time()) + DAY)
        return f"{until}.{self._sign(until)}"

    def must_wait(self, client: str) -> bool:
        """Return True if too many wrong passwords came from an address."""
        tries, last = self._wrong.get(client, (0, 0.0))
        if time.monotonic() - last > PAUSE:
            self._wrong.pop(client, None)
            return False
        return tries >= TRIES

    def _sign(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()

    def _valid(self, cookie: str) -> bool:
        until, _, signature = cookie.partition(".")
        return until.isdigit() and int(until) > time.time() and hmac.compare_digest(signature, self._sign(until))


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
