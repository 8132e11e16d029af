"""Workers run their own job and nothing else that a job in Redis may name."""

from pathlib import Path

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from containers.runtime.work import DrainJob, Worker
from shared.settings import Config
from shared.stores.queue import connect_blocking


@pytest.mark.parametrize(
    "named", ["subprocess.check_output", "functions.render.job.workshop", "functions.describe.job.run"]
)
def test_a_job_that_names_anything_else_is_not_run(config: Config, tmp_path: Path, named: str) -> None:
    connection = connect_blocking(config.redis_url)
    anybodys = Queue("render", connection=connection, serializer=JSONSerializer)
    marker = tmp_path / "ran"
    job = anybodys.enqueue(named, ["touch", str(marker)])
    common = {"connection": connection, "serializer": JSONSerializer, "job_class": DrainJob}
    Worker([Queue("render", **common)], **common).work(burst=True)
    job.refresh()
    assert not marker.exists()
    assert job.is_failed
    assert "is no job of the queue render" in (job.latest_result().exc_string or "")
    connection.close()
