"""Compiled kernels are forgotten when any source of the model changed: numba looks at a kernel's own file only."""

from __future__ import annotations

from simulation.kernels import cache as kernel_cache


def test_a_changed_helper_makes_every_kernel_compile_anew(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(kernel_cache, "_FOLDER", tmp_path)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "helper.py").write_text("one = 1\n")
    cache = tmp_path / "month" / "__pycache__"
    cache.mkdir(parents=True)
    index = cache / "deciding.weigh-1.py311.nbi"
    index.write_bytes(b"compiled")
    assert kernel_cache.forget_stale_kernels(), "nobody knows what it was compiled from"
    assert not index.exists()
    index.write_bytes(b"compiled anew")
    assert not kernel_cache.forget_stale_kernels()
    assert index.exists()
    (tmp_path / "state" / "helper.py").write_text("one = 1.0\n")
    assert kernel_cache.forget_stale_kernels()
    assert not index.exists()


def test_where_nothing_may_be_written_nothing_is_done(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(kernel_cache, "_FOLDER", tmp_path)
    (tmp_path / "__pycache__").write_text("a file where a folder should be")
    assert not kernel_cache.forget_stale_kernels()
