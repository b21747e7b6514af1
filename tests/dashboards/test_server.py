"""The server's door and walls: who is let in, what is refused and with which words, and that nothing leaves the machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import websockets.asyncio.client as websocket

from experiments.cli.command_line import main

from .running import Running, running_in
from .visiting import waited

SOCKET = "/jupyter/api/kernels/{}/channels?session_id=s"


def test_every_answer_has_headers_and_a_policy_without_inline_scripts(server):
    for path in ("/", "/compare", "/gs/catalogue.json", "/nowhere", "/gs/results/none.json"):
        _, headers, _ = server.get(path)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
    policy = server.get("/")[1]["content-security-policy"]
    assert "default-src 'self'" in policy
    scripts = policy.split("script-src")[1].split(";")[0]
    assert "unsafe-inline" not in scripts
    assert "http" not in policy


def test_there_is_a_page_at_every_address_and_words_where_there_is_none(server):
    for path in ("/", "/compare", "/live", "/studies", "/evidence"):
        status, _, body = server.get(path)
        assert status == 200
        assert b'<html lang="en">' in body
        assert b"user-scalable=no" not in body
    status, _, body = server.get("/nowhere")
    assert status == 404
    assert b"There is no page here" in body


@pytest.mark.parametrize(
    "path",
    [
        "/_solara/cdn/lodash@4.17.21/lodash.js",
        "/_solara/cdn/..%2f..%2f..%2fetc/passwd",
        "/gs/static/../settings.py",
        "/gs/static/..%2fsettings.py",
        "/static/..%2f..%2fserver.py",
        "/static/public/x",
        "/resourcez",
        "/gs/results/..%2f..%2flibrary/report.html",
        "/gs/results/../library.sqlite",
        "/gs/watched/x.json",
        "/gs/watched/x/-1.json",
        "/gs/study.json?open=..%2f..",
        "/gs/study.json?open=/etc",
        "/gs/study.json?open=",
        "/gs/place.json?place=..%2f..%2fetc%2fpasswd",
        "/jupyter/nbextensions/..%2f..%2fetc/passwd",
    ],
)
def test_no_path_leads_outside_and_no_package_is_fetched(server, path):
    status, _, body = server.get(path)
    assert status in (400, 404), (status, body[:200])
    assert b"root:" not in body
    assert b"Traceback" not in body


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "evil.example:8765"}, 421),
        ({"Host": "localhost:1"}, 200),
        ({"Host": "127.0.0.1"}, 200),
        ({"Host": ""}, 421),
    ],
)
def test_only_known_names_are_answered(server, headers, status):
    assert server.get("/readyz", headers)[0] == status


def test_posts_from_another_origin_are_refused(server):
    own = {"Origin": server.address}
    assert server.ask("POST", "/gs/uploads?kind=wards&file=a.csv", b"x", {"Origin": "https://evil.example"})[0] == 403
    assert server.ask("POST", "/gs/uploads?kind=wards&file=a.csv", b"x", {"Origin": "null"})[0] == 403
    assert (
        server.ask("POST", "/gs/uploads?kind=wards&file=a.csv", b"x", {"Origin": server.address.replace("http", "ftp")})[0] == 403
    )
    assert server.ask("POST", "/gs/uploads?kind=wards&file=a.csv", b"x", own)[0] == 200
    assert server.ask("POST", "/_solara/api/close/x?session_id=1", b"", {"Origin": "https://evil.example"})[0] == 403


async def _opens(address: str, headers: dict[str, str]) -> bool:
    try:
        async with websocket.connect(address, additional_headers=headers, open_timeout=10, origin=None):
            return True
    except Exception:
        return False


def opens(server: Running, kernel: str = "k", **headers: str) -> bool:
    return waited(
        _opens(f"ws://127.0.0.1:{server.port}" + SOCKET.format(kernel), {k.replace("_", "-"): v for k, v in headers.items()})
    )


def test_the_websocket_is_for_pages_of_this_server_alone(server):
    cookie = "solara-session-id=11111111-1111-1111-1111-111111111111"
    assert opens(server, Origin=server.address, Cookie=cookie)
    assert not opens(server, Origin="https://evil.example", Cookie=cookie)
    assert not opens(server, Origin="null", Cookie=cookie)
    assert not opens(server, Cookie=cookie), "a program without an origin"


def test_a_page_cannot_make_objects_on_the_server():
    from ipyvue.VueTemplateWidget import Events

    from dashboards.web.shell import only_known_messages

    before = Events._handle_event
    try:
        only_known_messages()

        class Widget:
            events = ("act",)

            def __init__(self) -> None:
                self.called: list = []

            def vue_act(self, data):
                self.called.append(data)

            def _send_secret(self):
                raise AssertionError

        one = Widget()
        Events._handle_event(one, None, {"create_widget": ["subprocess", "Popen"], "props": {"args": ["true"]}, "id": "x"}, None)
        Events._handle_event(one, None, {"update_ref": {"functionRef": "_send_secret"}, "id": "x", "prop": "y"}, None)
        Events._handle_event(one, None, {"event": "_send_secret"}, None)
        Events._handle_event(one, None, {"event": "act", "data": 1, "create_widget": ["os", "system"]}, None)
        Events._handle_event(one, None, ["event", "act"], None)
        assert one.called == []
        Events._handle_event(one, None, {"event": "act", "data": {"name": "x"}}, None)
        assert one.called == [{"name": "x"}]
    finally:
        Events._handle_event = before


@pytest.mark.parametrize(
    ("query", "body", "status", "said"),
    [
        ("kind=small_areas&file=a.exe", b"x", 400, "files that end in .exe are not read as “Small areas”"),
        ("kind=passwords&file=a.csv", b"x", 400, "unknown kind of file 'passwords'"),
        ("kind=wards&file=a.csv", b"", 400, "is empty"),
        ("kind=wards&file=a.csv&place=own-../../x", b"x", 400, "no longer held here"),
        ("kind=wards&file=..%2f..%2fa.csv", b"a,b\n1,2\n", 200, ""),
        ("kind=wards&file=a.csv", b"x" * 20_000_001, 413, "larger than 20,000,000 bytes"),
    ],
)
def test_uploads_are_checked_and_bounded(server, query, body, status, said):
    found, _, answer = server.ask("POST", f"/gs/uploads?{query}", body, {"Origin": server.address})
    assert found in (status, 0) if status == 413 else found == status
    if found:
        assert said in answer.decode()
    home = server.home
    assert not list(home.parent.glob("a.csv"))
    assert not list(Path(home).glob("*.csv"))


def test_an_upload_that_does_not_say_how_long_it_is_is_cut_off(server):
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    chunk = b"x" * 1_000_000
    try:
        connection.request(
            "POST", "/gs/uploads?kind=wards&file=a.csv", iter([chunk] * 25), {"Origin": server.address}, encode_chunked=True
        )
        answer = connection.getresponse()
        assert answer.status == 413
        assert "larger than 20 MB" in answer.read().decode()
    except (BrokenPipeError, ConnectionResetError):
        pass  # refused while it was still being sent
    finally:
        connection.close()
    assert server.get("/readyz")[0] == 200


def test_huge_addresses_and_bodies_are_refused(server):
    assert server.get("/compare?s=" + "x" * 60_000)[0] in (414, 400, 431)
    assert server.ask("POST", "/gs/login", b"p" * 100_000, {"Origin": server.address})[0] == 413
    assert server.get("/readyz")[0] == 200


def test_the_catalogue_is_what_the_command_line_lists(server):
    from experiments.reports.lists import LISTS

    catalogue = server.json("/gs/catalogue.json")
    assert [i["name"] for i in catalogue["interventions"]] == [i["name"] for i in LISTS["interventions"]() if i["kind"] != "probe"]
    assert {p["name"] for p in catalogue["places"]} >= {p["name"] for p in LISTS["places"]()}
    for one in catalogue["interventions"]:
        assert one["status"] in ("assumed", "calibrated", "estimated")
        for change in one["changes"]:
            assert change["unit"]
            assert change["low"] < change["high"]
            assert change["source"]
    evidence = server.json("/gs/evidence.json")
    assert [f["name"] for f in evidence["facts"]] == [f["name"] for f in LISTS["facts"]()]
    assert len(evidence["parameters"]) == len(LISTS["parameters"]())


@pytest.fixture
def locked(tmp_path):
    (tmp_path / "password").write_text("correct horse battery\n")
    with running_in(tmp_path, "--password-file", str(tmp_path / "password")) as running:
        yield running


def test_a_password_covers_pages_data_and_the_websocket(locked):
    own = {"Origin": locked.address}
    for path in ("/", "/compare", "/live"):
        status, headers, _ = locked.get(path)
        assert status == 303
        assert headers["location"] == ("/gs/login" if path == "/" else f"/gs/login?next={path}")
    for path in ("/gs/catalogue.json", "/gs/ready.json", "/static/main.js", "/jupyter/api/kernels/x"):
        assert locked.get(path)[0] in (401, 303)
    assert not opens(locked, Origin=locked.address)
    assert b'type="password"' in locked.get("/gs/login")[2]
    status, _, body = locked.ask("POST", "/gs/login", b"password=wrong", own)
    assert status == 401
    assert b"not the password" in body
    status, headers, _ = locked.ask("POST", "/gs/login", b"password=correct+horse+battery", own)
    assert status == 303
    cookie = headers["set-cookie"].split(";")[0]
    assert "httponly" in headers["set-cookie"].lower()
    assert locked.get("/compare", {"Cookie": cookie})[0] == 200
    assert opens(locked, Origin=locked.address, Cookie=cookie)
    forged = cookie[:-4] + "0000"
    assert locked.get("/compare", {"Cookie": forged})[0] == 303
    for _ in range(12):
        last = locked.ask("POST", "/gs/login", b"password=guess", own)[2]
    assert b"wait a minute" in last
    assert locked.ask("POST", "/gs/login", b"password=correct+horse+battery", own)[0] == 401, "whoever guessed has to wait"


def test_a_trusted_proxy_says_who_it_is_and_nobody_else_can(tmp_path):
    (tmp_path / "studies").mkdir()
    trusted = Running(tmp_path / "a", tmp_path / "studies", ("--proxy-header", "X-Forwarded-User")).start()
    try:
        assert trusted.get("/gs/catalogue.json")[0] == 401
        assert trusted.get("/gs/catalogue.json", {"X-Forwarded-User": "ann"})[0] == 200
        assert opens(trusted, Origin=trusted.address, X_Forwarded_User="ann")
        assert not opens(trusted, Origin=trusted.address)
    finally:
        trusted.stop()
    other = Running(tmp_path / "b", tmp_path / "studies", ("--proxy-header", "X-Forwarded-User", "--proxy", "10.1.2.3")).start()
    try:
        assert other.get("/gs/catalogue.json", {"X-Forwarded-User": "ann"})[0] == 401, "this machine is not the proxy"
    finally:
        other.stop()


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--port", "99999"), 2, "--port: 99999; allowed: 0 to 65535"),
        (("--workers", "0"), 2, "--workers: 0; allowed: 1 to 256"),
        (("--studies", "/no/such/folder"), 2, "is not a folder"),
        (
            ("--library", "nonsense"),
            2,
            "error: --library: nonsense: is not an address of a library; allowed: sqlite:////folder/file.sqlite or",
        ),
        (
            ("--library", "sqlite:////no/such/folder/x.sqlite"),
            1,
            "error: --library: sqlite:////no/such/folder/x.sqlite: cannot be opened",
        ),
        (("--password-file", "/no/such/file"), 2, "cannot be read"),
        (("--host", "192.0.2.1"), 2, "cannot be used"),
        (
            ("--origin", "groundswell.example.org"),
            2,
            "--origin: 'groundswell.example.org'; allowed: an address as a browser shows it",
        ),
        (("--origin", "https://a.example.org/compare"), 2, "without a page: https://groundswell.example.org"),
        (("--host", "a" * 300), 2, "--host: a name of 300 characters; allowed: 253 or fewer"),
        (("--host", "no..name"), 2, "--host: 'no..name' is not an address of this machine"),
    ],
)
def test_wrong_options_are_refused_in_a_line(tmp_path, capsys, options, code, said):
    assert main(["dashboard", "--port", "0", "--home", str(tmp_path / "h"), *options]) == code
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
    assert len(told.strip().splitlines()) <= 3


def test_it_warns_where_everybody_may_come_in(tmp_path):
    with running_in(tmp_path, "--host", "0.0.0.0") as running:
        assert "it asks for no login" in running.log()


def test_help_needs_neither_solara_nor_numba():
    code = "import sys; from experiments.cli.command_line import main; main(['dashboard', '--help']); print(json.dumps([m for m in ('solara', 'numba', 'sqlalchemy') if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", "import json; " + code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.strip().splitlines()[-1]) == []


def test_a_place_of_own_tables_is_shown_with_how_long_it_is_kept(server):
    from dashboards.own_data import own_places, uploads
    from tests.places import small_place

    place = small_place()
    areas = place.areas.drop(columns=["deprivation"]).assign(email="a@example.org").to_csv(index=False).encode()
    own_places.keep_in(server.home / "own")
    name = uploads.take("", "small_areas", "areas.csv", areas)
    uploads.take(name, "wards", "wards.csv", place.ward_table.to_csv(index=False).encode())
    found = uploads.place_of(name, "Small town")
    assert found["title"] == "Small town"
    assert any("e-mail" in f["text"] for f in found["findings"]), found["findings"]
    card = server.json(f"/gs/place.json?place={name}")
    assert card["title"] == "Small town"
    assert card["wards"] == ["Mill", "Quay", "Hill"]
    assert card["own"] == {"until": found["until"], "days": 30}
    assert server.json("/gs/own.json") == {"days": 30, "most": 20_000_000, "places": []}
    mine = {"place": name, "title": "Small town", "until": found["until"]}
    assert server.json(f"/gs/own.json?place={name}&place=own-{'0' * 24}&place=../x") == {
        "days": 30,
        "most": 20_000_000,
        "places": [mine],
    }


def test_what_is_shipped_is_of_this_code_and_small():
    from dashboards.results.kept import FIRST_LOOK, SHIPPED, key_of, read
    from dashboards.results.ready import CARDS, READY, shipped_cards
    from experiments.serving.growing_comparison import FIRST_REPLICATES

    renew = "run `python -m dashboards.results.shipping` after a change of the model"
    look = read(FIRST_LOOK)
    assert look is not None, renew
    assert look[0] == READY[0].question
    assert look[1].replicates == FIRST_REPLICATES
    assert set(shipped_cards()) == {key_of(one.question) for one in READY}, renew
    assert {path.name for path in SHIPPED.iterdir()} == {FIRST_LOOK.name, CARDS.name}
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 200_000, "large results are made at the first start"
