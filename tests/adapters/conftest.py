"""Folders that the tests of all hosts look at."""

import pytest
from mixed import BROKEN, make_mixed


@pytest.fixture(scope="session")
def mixed(tmp_path_factory):
    """Fifty files, by name."""
    files = make_mixed(tmp_path_factory.mktemp("mixed"))
    assert len(files) == 50
    return files


@pytest.fixture
def reports(tmp_path, monkeypatch):
    """The folder that the pages in docs/use-in speak of, as the working one."""
    (tmp_path / "reports").mkdir()
    make_mixed(tmp_path / "reports")
    for name in BROKEN:
        (tmp_path / "reports" / name).unlink()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "reports"
