"""The login: guesses are limited for each address and over all, by the address that a trusted proxy tells, and nothing that a client writes counts."""

from __future__ import annotations

import contextlib
import http.client

import pytest

from dashboards.safeguards.clients import address_of, networks
from dashboards.server import login
from dashboards.server.guard import own_address
from dashboards.server.launch import password as read_password
from dashboards.server.login import ALL_TRIES, COOKIE, TRIES, Door
from dashboards.settings import Settings
from simulation.declared.parameters import InputError

from .running import Running

PASSWORD = "correct horse battery"
TRUSTED = networks(["10.0.0.0/24", "127.0.0.1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),  # nobody trusts it
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),  # what stands before was written by the client
        ("127.0.0.1", "198.51.100.1, 10.0.0.8", "198.51.100.1"),
        ("127.0.0.1", "nonsense, 198.51.100.1:4711", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "[2001:db8:1:2::7]:443", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "", "2001:db8:1:2::/64"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_the_address_is_the_clients_and_cannot_be_made_up(peer, forwarded, address):
    assert address_of(peer, {"x-forwarded-for": forwarded}, TRUSTED) == address


def test_guesses_are_limited_for_each_address_and_over_all_and_lock_nobody_out_who_was_let_in(monkeypatch):
    door = Door(Settings(password=PASSWORD))
    known = door.enter(PASSWORD, "192.0.2.1")
    assert known
    for _ in range(TRIES):
        assert door.enter("guess", "192.0.2.2") is None
    assert door.enter(PASSWORD, "192.0.2.2") is None, "whoever guessed waits"
    assert door.enter(PASSWORD, "192.0.2.3"), "others do not"
    for n in range(ALL_TRIES):
        door.enter("guess", f"198.51.{n // 9}.{n % 9}")
    assert door.must_wait("192.0.2.4"), "too many from everywhere: new browsers wait"
    assert door.enter(PASSWORD, "192.0.2.4") is None
    assert door.enter(PASSWORD, "192.0.2.1", known), "browsers that were let in before do not"
    assert door.must_wait("192.0.2.4", "9" * 10 + "." + "0" * 64), "a cookie that somebody made up is none"
    now = login.time.monotonic()
    monkeypatch.setattr(login.time, "monotonic", lambda: now + login.WINDOW + 1)
    assert door.enter(PASSWORD, "192.0.2.4")


@pytest.mark.parametrize(("text", "found"), [("", 0), ("short\n", 5), ("elevenchars\n", 11), ("   spaced    \n", 6)])
def test_a_password_has_twelve_characters(tmp_path, monkeypatch, text, found):
    (tmp_path / "password").write_text(text)
    with pytest.raises(InputError, match=f"12 characters or more, found {found}"):
        read_password(tmp_path / "password")
    if text:
        monkeypatch.setenv("GROUNDSWELL_PASSWORD", text.strip())
        with pytest.raises(InputError, match=r"GROUNDSWELL_PASSWORD: .*12 characters or more"):
            read_password(None)


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True), (0o620, True)])
def test_a_password_file_that_others_can_read_is_warned_of(tmp_path, capsys, mode, warned):
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    file.chmod(mode)
    assert read_password(file) == PASSWORD
    assert ("chmod 600" in capsys.readouterr().err) == warned


@pytest.mark.parametrize("given", ["nonsense", "10.0.0.0/99", "", "proxy.example.org"])
def test_a_trusted_proxy_is_an_address(given):
    with pytest.raises(InputError, match="--trusted-proxy"):
        networks([given])


BAD_COOKIES = (
    "solara-session-id=<script>",
    "solara-session-id=" + "a" * 500,
    "solara-session-id=\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8",
    'solara-session-id="a;b"',
    "solara-session-id=",
    f"{COOKIE}=x",
    f"{COOKIE}=\xb2.0",
    f"{COOKIE}=" + "9" * 5000 + "." + "0" * 64,
    f"{COOKIE}=1." + "\xe9" * 64,
    f"{COOKIE}=1." + "G" * 64,
    "a=" + "b" * 9000,
)


@pytest.mark.parametrize("cookie", BAD_COOKIES)
def test_bad_cookies_are_refused_and_removed(server, cookie):
    for path in ("/", "/gs/catalogue.json", "/gs/login"):
        status, headers, body = server.get(path, {"Cookie": cookie})
        assert status == 400, (path, status)
        assert b"the next try works" in body
        assert "Max-Age=0" in headers["set-cookie"]


def test_cookies_of_other_programs_are_left_alone(server):
    for cookie in ('theme={"a":1}; other=\xe9\xff', "=; ;;; a", "groundswell=1; solara-session-id=11111111-2222"):
        assert server.get("/", {"Cookie": cookie})[0] == 200


def test_a_login_behind_a_trusted_proxy_is_limited_by_client_and_gives_a_new_session(tmp_path):
    (tmp_path / "studies").mkdir()
    (tmp_path / "password").write_text(PASSWORD + "\n")
    options = (
        "--password-file",
        str(tmp_path / "password"),
        "--trusted-proxy",
        "127.0.0.1",
        "--origin",
        "https://town.example.org",
    )
    running = Running(tmp_path / "home", tmp_path / "studies", options).start()
    try:
        own = {"Origin": running.address}

        def enter(password: str, client: str, **more: str) -> tuple[int, dict[str, str], bytes]:
            body = f"password={password.replace(' ', '+')}".encode()
            return running.ask("POST", "/gs/login", body, own | {"X-Forwarded-For": client} | more)

        for n in range(TRIES + 1):
            last = enter("guess", f"203.0.113.{n}, 198.51.100.1")[2]
        assert b"wait a minute" in last
        assert enter(PASSWORD, "198.51.100.1")[0] == 401
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)) as connection:
            more = {"X-Forwarded-For": "198.51.100.2", "Cookie": "solara-session-id=11111111-2222-3333"}
            connection.request("POST", "/gs/login", b"password=correct+horse+battery", own | more)
            answer = connection.getresponse()
        assert answer.status == 303, "nobody else is locked out"
        given = "\n".join(answer.headers.get_all("Set-Cookie") or ())
        assert "solara-session-id=" in given
        assert "11111111-2222-3333" not in given, "who planted a session is not in it after the login"
        by_tls = {"Host": "town.example.org", "Origin": "https://town.example.org"}
        assert "Secure" in enter(PASSWORD, "198.51.100.3", **by_tls)[1]["set-cookie"]
    finally:
        running.stop()
    assert "chmod 600" in (tmp_path / "home.log").read_text()


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/gs/logout",
        "",
        "/compare\nSet-Cookie: a",
        "/caf\u00e9",
    ],
)
def test_a_login_leads_nowhere_else(wanted):
    assert own_address(wanted) == "/"


def test_a_login_leads_on_to_what_was_asked(tmp_path):
    (tmp_path / "studies").mkdir()
    server = Running(tmp_path / "home", tmp_path / "studies", environment={"GROUNDSWELL_PASSWORD": PASSWORD}).start()
    try:
        status, headers, _ = server.ask("GET", "/compare?place=leeds&s=baseline")
        assert (status, headers["location"]) == (303, "/gs/login?next=/compare%3Fplace%3Dleeds%26s%3Dbaseline")
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.address}
        status, headers, _ = server.ask("POST", headers["location"], f"password={PASSWORD}".encode(), form)
        assert (status, headers["location"]) == (303, "/compare?place=leeds&s=baseline")
        status, headers, body = server.ask("GET", "/gs/login", headers={"Cookie": f"{COOKIE}={'9' * 10}.{'0' * 64}"})
        assert b"Please log in again" in body
        assert "style-src 'self'" in headers["content-security-policy"]
        status, headers, _ = server.ask("POST", "/gs/logout", b"", {"Origin": "https://evil.example"})
        assert status == 403
    finally:
        server.stop()
