"""The collector of cycles waits during a conversion, and is as it was before afterwards."""

import gc

import pytest

import ingest
from ingest.collector import paused_collector
from ingest.errors import IngestError


@pytest.fixture(params=[True, False], ids=["on", "off"])
def was_on(request):
    before = gc.isenabled()
    (gc.enable if request.param else gc.disable)()
    yield request.param
    (gc.enable if before else gc.disable)()


def test_it_waits_inside_and_is_then_as_it_was(was_on):
    with paused_collector():
        assert not gc.isenabled()
        with paused_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled() is was_on


def test_a_stage_runs_without_it_and_an_error_brings_it_back(was_on):
    seen = []

    def stage(doc):
        seen.append(gc.isenabled())
        raise ValueError

    with pytest.raises(IngestError):
        ingest.convert(b"Some text.\n", [stage])
    assert seen == [False]
    assert gc.isenabled() is was_on
