"""Interventions and measures of another package, installed as packages are: taken, or named and refused, and the others go on."""

from __future__ import annotations

import os
import sys
import threading

import numpy as np
import pytest

from experiments.cli.command_line import main
from experiments.comparison.compare import compare
from scenarios import plugins
from scenarios.catalogue import CATALOGUE
from scenarios.conformance import OwnRandomnessError, conformance_test, only_keyed_randomness
from scenarios.plugins import available_interventions, available_measures, refused_plugins
from simulation import Intervention
from tests.places import small_scenario

MODULE = '''
import random
import numpy as np
from simulation import Change, Delivery, Intervention, Measure, uniforms_of

GENERATOR = np.random.default_rng(1)


def plant(model, intensity):
    """Some people each month grow more attached, by keyed draws."""
    r = model.residents
    chosen = uniforms_of(r.person_id, model.streams("plant trees")[0]) < 0.3 * intensity
    r.attachment[chosen] += 0.1 * (1 - r.attachment[chosen])


def own_draws(model, intensity):
    model.residents.attachment[np.random.default_rng(3).random(model.residents.size) < 0.1] = 0.9


def hidden_generator(model, intensity):
    model.residents.attachment[GENERATOR.random(model.residents.size) < 0.5] = 0.9


def python_draws(model, intensity):
    if random.random() < 0.5:
        model.residents.attachment[:] = 0.9


def sneaky(model, intensity):
    model.residents.trust[:] = 1.0


def broken(model, intensity):
    raise KeyError("no such thing")


def leaves(model, intensity):
    model.residents.attachment[:] = 7.0


def late(model, intensity):
    if model.residents.size > 100 and model.month == 5:
        raise ValueError("only in the large")


def mine(name, step, *writes):
    return Intervention(name, "An intervention of another package.", step=step, writes=writes)


trees = mine("plant-trees", plant, "attachment")
libraries = Intervention("open-libraries", "Libraries open later.", (Change("courtesy", add=0.02),))
several = lambda: [mine("own-draws", own_draws, "attachment"), mine("hidden-generator", hidden_generator, "attachment"),
                   mine("python-draws", python_draws, "attachment"), mine("sneaky", sneaky, "attachment"), mine("broken", broken),
                   mine("out-of-range", leaves, "attachment"), mine("late", late)]
taken = Intervention("closing-the-loop", "A name that is there.", (Change("courtesy", add=0.02),))
wrong_lever = Intervention("wrong-lever", "A lever that is not there.", (Change("kindness", add=0.02),))
not_one = {"name": "a dictionary"}

attached = Measure("attached", "Attached to the place", "share", "attachment above one half", lambda s: (s.residents.attachment > 0.5, None))
raising = Measure("raising", "Raises", "share", "it raises", lambda s: 1 / 0)
writing = Measure("writing", "Writes", "share", "it writes", lambda s: (s.residents.attachment.__imul__(0.5), None))
drawing = Measure("drawing", "Draws", "share", "it draws", lambda s: (np.random.default_rng(2).random(s.residents.size), None))
fickle = Measure("fickle", "Large only", "share", "it raises in the large", lambda s: (s.residents.attachment / (s.residents.size < 100) if s.residents.size < 100 else 1 / 0, None))
'''
ENTRY_POINTS = """[groundswell.interventions]
trees = town_plugin:trees
libraries = town_plugin:libraries
several = town_plugin:several
taken = town_plugin:taken
wrong-lever = town_plugin:wrong_lever
not-one = town_plugin:not_one
missing = town_plugin:nowhere
absent = no_such_module:anything

[groundswell.measures]
attached = town_plugin:attached
raising = town_plugin:raising
writing = town_plugin:writing
drawing = town_plugin:drawing
fickle = town_plugin:fickle
"""


def forget_plugins() -> None:
    """Look for other packages again at the next call."""
    plugins._interventions.cache_clear()
    plugins._measures.cache_clear()


@pytest.fixture(scope="module")
def _installed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    (folder / "town_plugin.py").write_text(MODULE)
    info = folder / "town_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: town-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    sys.path.insert(0, str(folder))
    forget_plugins()
    yield
    sys.path.remove(str(folder))
    sys.modules.pop("town_plugin", None)
    forget_plugins()


pytestmark = pytest.mark.usefixtures("_installed")


def test_what_conforms_is_there() -> None:
    found = available_interventions()
    assert {"plant-trees", "open-libraries"} <= set(found)
    assert set(CATALOGUE) <= set(found)
    assert "attached" in available_measures(("council",))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("own-draws", "draws its own random numbers"),
        ("hidden-generator", "different values in the same world"),
        ("python-draws", "draws its own random numbers"),
        ("sneaky", "writes 'trust', which it does not declare"),
        ("broken", "raised KeyError"),
        ("out-of-range", "'attachment' leaves 0..1"),
        ("closing-the-loop", "name is already taken"),
        ("wrong-lever", "unknown lever 'kindness'"),
        ("'not-one'", "not Intervention"),
        ("'missing'", "AttributeError"),
        ("'absent'", "ModuleNotFoundError"),
        ("raising", "ZeroDivisionError"),
        ("writing", "changes 'attachment'"),
        ("drawing", "draws its own random numbers"),
    ],
)
def test_what_does_not_is_named_and_refused(name, reason) -> None:
    lines = [line for line in refused_plugins() if name.strip("'") in line]
    assert any(reason in line and "town-plugin" in line and "left out" in line for line in lines), refused_plugins()


def test_they_run_beside_the_others_and_what_was_refused_is_said() -> None:
    base = small_scenario(400, 24)
    trees = base.with_(name="trees", interventions=(available_interventions()["plant-trees"],))
    found = compare(base, trees, replicates=2, months=14)
    effects = found.effects.set_index(["scenario", "measure"])["effect"]
    assert effects["trees", "attached"] > 0.1
    assert any("own-draws" in warning for warning in found.warnings)
    assert len(found.to_json()["provenance"]["scenario_hashes"]["trees"]) == 16


def test_one_that_raises_in_the_run_is_left_out_and_the_others_go_on() -> None:
    base = small_scenario(400, 24)
    tried = [base.with_(name=n, interventions=(available_interventions()[n],)) for n in ("late", "plant-trees")]
    found = compare(base, *tried, replicates=2, months=14)
    assert np.isnan(found.results[:, 1]).all()
    assert np.isfinite(found.results[:, 2, 0]).all()
    assert any("'late' raised ValueError in month 5" in warning for warning in found.warnings)
    assert any("measure 'fickle' raised ZeroDivisionError" in warning for warning in found.warnings)
    assert list(found.ranking["scenario"]) == ["plant-trees"]


def test_the_commands_know_them(capsys) -> None:
    assert main(["conformance"]) == 1
    shown = capsys.readouterr()
    assert "plant-trees" in shown.out
    assert "own-draws" in shown.err
    assert main(["conformance", "plant-trees", "--json"]) == 1
    assert main(["list", "measures"]) == 0
    assert "attached" in capsys.readouterr().out


def test_the_generated_test_is_one_for_pytest() -> None:
    conformance_test(available_interventions()["plant-trees"])()
    conformance_test(available_measures(("council",))["attached"])()
    broken = Intervention("draws", "x", step=lambda model, intensity: np.random.default_rng())
    with pytest.raises(AssertionError, match="draws its own random numbers"):
        conformance_test(broken)()


def test_the_compiler_and_other_threads_may_draw_and_a_plug_in_may_not() -> None:
    """Kernels that compile while a plug-in is tried name their cache files at random; test runners send messages meanwhile."""
    program = compile("import uuid\nname = uuid.uuid4().hex", "caching.py", "exec")
    with only_keyed_randomness():
        exec(program, {"__name__": "numba.core.caching"})
        thread = threading.Thread(target=os.urandom, args=(8,))
        thread.start()
        thread.join()
        with pytest.raises(OwnRandomnessError, match=r"os\.urandom"):
            exec(program, {"__name__": "plugin"})
