"""Who may come in: everybody on this machine, who knows the password, or whom a trusted proxy names."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections import deque
from typing import Any

from starlette.requests import cookie_parser

from ..settings import Settings

COOKIE = "groundswell-login"
DAY = 86_400
SLACK = 3_600  # seconds by which a clock may be set back
KNOWN = 30 * DAY  # for which a browser that was let in once is known
TRIES, PAUSE = 10, 60.0  # wrong passwords from one address before it has to wait, and for how long
ALL_TRIES, WINDOW = (
    300,
    600.0,
)  # wrong passwords for the one account that there is, from all addresses together, before all new browsers have to wait
MOST_WRONG = 2_000  # that are remembered


class Door:
    """Lets in who may come in; the same for pages, data and the websocket.

    Args:
        settings: whether a password is asked for, or a proxy trusted.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key = secrets.token_bytes(32)  # of this run: a restart asks for the password again
        self._wrong: deque[tuple[str, float]] = deque(maxlen=MOST_WRONG)

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
            return "" if self._valid(cookie_parser(headers.get("cookie", "")).get(COOKIE, "")) else None
        return ""

    def enter(self, password: str, client: str, known: str = "") -> str | None:
        """Return the cookie of who gave the right password; None for a wrong one, or for who must wait after too many.

        Args:
            client: the address that it comes from.
            known: a cookie of an earlier login of the same browser; the limit over all addresses does not stop it.
        """
        if self.must_wait(client, known):
            return None
        if not hmac.compare_digest(password.encode(), self._settings.password.encode()):
            now = time.monotonic()
            self._wrong.append((client, now))
            return None
        self._wrong = deque((one for one in self._wrong if one[0] != client), maxlen=MOST_WRONG)
        until = str(int(time.time()) + DAY)
        return f"{until}.{self._sign(until)}"

    def must_wait(self, client: str, known: str = "") -> bool:
        """Return True if too many wrong passwords came from an address, or from all together."""
        now = time.monotonic()
        here = [since for one, since in self._wrong if one == client and now - since < PAUSE]
        everywhere = [since for _, since in self._wrong if now - since < WINDOW]
        return len(here) >= TRIES or (len(everywhere) >= ALL_TRIES and not self._signed(known))

    def _sign(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()

    def _signed(self, cookie: str) -> bool:
        """Return True for a cookie of this run, one that has ended too."""
        until, _, signature = cookie.partition(".")
        return well_formed(cookie) and hmac.compare_digest(signature, self._sign(until))

    def _valid(self, cookie: str) -> bool:
        if not self._signed(cookie):
            return False
        left = int(cookie.partition(".")[0]) - time.time()
        return 0 < left <= DAY + SLACK  # a clock that was ahead gave it no longer life


def well_formed(cookie: str) -> bool:
    """Return True for what has the form of a login's cookie, whoever signed it."""
    return re.fullmatch(r"[0-9]{1,12}\.[0-9a-f]{64}", cookie) is not None
