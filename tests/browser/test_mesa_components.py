"""Mesa's Solara components are really rendered over the model."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from .tabs import PATIENCE

APP = Path(__file__).parent / "watched_model.py"
ROOT = APP.parent.parent.parent


@pytest.fixture
def address(tmp_path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
        "PYTHONPATH": str(ROOT),
    }
    log = open(tmp_path / "log", "w")  # noqa: SIM115 - closed below
    server = subprocess.Popen(
        [sys.executable, "-m", "solara", "run", str(APP), "--production", "--host", "127.0.0.1", "--port", str(port), "--no-open"],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=1)
            break
        except OSError:
            assert server.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.2)
    yield url
    server.terminate()
    server.wait(PATIENCE / 1000)
    log.close()


def test_the_components_show_the_model_and_step_it(browser, address) -> None:
    page = browser.new_page((1200, 900))
    page.set_default_timeout(PATIENCE)
    outside: list[str] = []
    page.on(
        "request",
        lambda r: (
            outside.append(r.url) if not r.url.startswith((address, "data:", "blob:", address.replace("http", "ws"))) else None
        ),
    )
    page.goto(address)
    page.get_by_text("Step: 0").wait_for()
    shown = "(was) => [...document.querySelectorAll('img.widget-image')].some((i) => i.complete && i.naturalWidth && i.src !== was)"
    page.wait_for_function(shown, arg="")
    before = page.locator("img.widget-image").first.get_attribute("src")
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_text("Step: 1").wait_for()
    page.wait_for_function(shown, arg=before)
    assert outside == []
    page.close()
