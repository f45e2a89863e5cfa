"""Options, hypothesis profiles, and the folders that tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from mixed import BROKEN, make_mixed

ROOT = Path(__file__).parents[1]

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("default", max_examples=60, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("ci", max_examples=500, deadline=None, suppress_health_check=_SLOW)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "default")


def pytest_addoption(parser):
    parser.addoption("--accept", action="store_true", help="write the golden files in output/ anew")


@pytest.fixture(autouse=True)
def _away_from_configuration(monkeypatch, tmp_path_factory):
    """No test sees the configuration of the folder that it is started in, nor colours."""
    monkeypatch.chdir(tmp_path_factory.getbasetemp())
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def misbehaving(tmp_path_factory, monkeypatch):
    """Make the stage of `faults.py` one that can be named on the command line."""
    folder = tmp_path_factory.mktemp("package")
    info = folder / "faults-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: faults\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[ingest.stages]\nmisbehave = faults:misbehave\n")
    path = [str(folder), str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path))


@pytest.fixture(scope="session")
def mixed(tmp_path_factory):
    """Fifty files for programs that ingest is a part of, by name."""
    files = make_mixed(tmp_path_factory.mktemp("mixed"))
    assert len(files) == 50
    return files


@pytest.fixture
def reports(tmp_path, monkeypatch):
    """The sound ones as the folder that docs/use-in speaks of, below the working one."""
    (tmp_path / "reports").mkdir()
    for name, path in make_mixed(tmp_path / "reports").items():
        if name in BROKEN:
            path.unlink()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "reports"
