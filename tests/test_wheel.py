"""A wheel carries all data and assets, and works without the checkout."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.dashboards.running import Running

ROOT = Path(__file__).resolve().parent.parent


def test_a_wheel_works_elsewhere(tmp_path) -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    source = tmp_path / "source"
    for name in filter(None, tracked):
        if (ROOT / name).exists():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(source)], check=True)
    (wheel,) = tmp_path.glob("groundswell-*.whl")
    installed = tmp_path / "installed"
    subprocess.run([*pip, "install", "--no-deps", "--target", str(installed), str(wheel)], check=True)
    program = "import sys; sys.path.insert(0, sys.argv.pop(1)); from experiments.command_line import main; sys.exit(main())"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    command = [sys.executable, "-c", program, str(installed)]
    run = ["compare", "baseline", "closing-the-loop", "--population", "200", "--months", "12", "--replicates", "1", "--json"]
    shown = subprocess.run([*command, *run], capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert shown.returncode == 0, shown.stderr
    document = json.loads(shown.stdout)
    assert document["provenance"]["code_commit"] is None, "it ran from the wheel, not from the checkout"
    assert (tmp_path / "out" / "report.html").stat().st_size > 100_000
    shown = subprocess.run([*command, "assurance", "--out", "case"], capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert shown.returncode == 0, shown.stderr
    assert (tmp_path / "case" / "assurance.docx").stat().st_size > 50_000
    (tmp_path / "studies").mkdir()
    dashboard = Running(tmp_path / "home", tmp_path / "studies", environment=environment, program=tuple(command)).start()
    try:
        assert all(card["rows"] for card in dashboard.json("/gs/ready.json")), "shipped results are used from the wheel"
        page = dashboard.get("/compare")[2].decode()
        for address in re.findall(r'(?:src|href)="(/gs/static/[^"]+)"', page):
            assert dashboard.get(address)[0] == 200
    finally:
        dashboard.stop()
