"""What is installed beside us: why, under which licence, and that the pages that say so are those of today."""

from __future__ import annotations

import json
import re
from importlib.metadata import metadata
from pathlib import PurePosixPath

from tests import dependencies as told
from tests.installs import oldest


def test_every_dependency_has_a_reason_and_no_reason_is_left_over() -> None:
    assert set(told.REASONS) == {one.name for one in told.declared()}


def test_the_table_and_the_bill_of_materials_are_those_of_today() -> None:
    for path, content in ((told.TABLE, told.table()), (told.BILL, told.bill())):
        assert path.read_text(encoding="utf-8") == content, f"{path.name}: run `make dependencies`"


def test_no_package_in_the_lock_file_is_under_the_general_public_licence() -> None:
    """The lesser licence, which asks nothing of programs that import a library, is allowed: psycopg is under it."""
    found = {name: told.licence(name) for name in told.locked()}
    assert {name for name, licence in found.items() if told.COPYLEFT.search(licence)} == set()
    assert told.COPYLEFT.search("GPL-3.0-only")
    assert told.COPYLEFT.search("GNU General Public License v3 (GPLv3)")
    assert not told.COPYLEFT.search("GNU Lesser General Public License v3 (LGPLv3)")


def test_a_licence_that_is_put_right_is_so_only_while_its_reason_holds(monkeypatch) -> None:
    """docutils names the GPL for a file for Emacs that its package leaves out; if it came along, the name would stand."""
    assert "GPL" in str(metadata("docutils").get_all("Classifier"))
    assert not told.COPYLEFT.search(told.licence("docutils"))
    monkeypatch.setattr(told, "files", lambda name: [PurePosixPath("docutils/rst.el")])
    assert told.COPYLEFT.search(told.licence("docutils"))


def test_the_bill_of_materials_names_what_the_lock_file_pins() -> None:
    bill = json.loads(told.BILL.read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert {part["name"]: part["version"] for part in bill["components"]} == told.locked()
    assert {ref for one in bill["dependencies"] for ref in one["dependsOn"]} <= {part["bom-ref"] for part in bill["components"]}


def test_the_lock_file_names_no_place_to_download_from() -> None:
    assert not re.search(r"https?://|index-url|trusted-host|find-links", told.LOCK.read_text(encoding="utf-8"))


def test_every_dependency_of_a_user_has_a_lower_bound_that_can_be_pinned() -> None:
    pins = oldest()
    assert {pin.split("[")[0].split("==")[0] for pin in pins} == {
        d.name for d in told.declared() if d.group not in ("dev", "docs", "build")
    }
    assert all(re.fullmatch(r"[\w.-]+(\[\w+\])?==[\d.]+", pin) for pin in pins)
