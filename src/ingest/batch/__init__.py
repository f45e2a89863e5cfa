"""Many files, and none of them can hurt the rest.

`plan` says what is converted and what each result is called; `run_batch` converts in guarded
workers, writes whole files or none, and records every input in `ingest-manifest.jsonl`.
"""

from ingest.batch.engines import Done, Engine
from ingest.batch.engines.local import LocalEngine, convert_jobs
from ingest.batch.guard import usable_cores
from ingest.batch.limits import Limits, parse_limits
from ingest.batch.manifest import MANIFEST, Record, Status, read_manifest, summary
from ingest.batch.outcome import STDIN, Outcome, Request
from ingest.batch.plan import FOLDER_SUFFIXES, Job, in_shard, parse_shard, plan, refuse_overwriting
from ingest.batch.results import record_of
from ingest.batch.run import run_batch

__all__ = [
    "FOLDER_SUFFIXES",
    "MANIFEST",
    "STDIN",
    "Done",
    "Engine",
    "Job",
    "Limits",
    "LocalEngine",
    "Outcome",
    "Record",
    "Request",
    "Status",
    "convert_jobs",
    "in_shard",
    "parse_limits",
    "parse_shard",
    "plan",
    "read_manifest",
    "record_of",
    "refuse_overwriting",
    "run_batch",
    "summary",
    "usable_cores",
]
