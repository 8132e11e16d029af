"""One worker function as an RQ worker on the queue of its name; containers/runtime/serve.py runs it."""

import sys
from collections.abc import Callable
from typing import Any, cast

from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from shared import log, metrics
from shared.heartbeat import heartbeat
from shared.settings import Config
from shared.stores import queue

WORKER_TTL = 20
"""Seconds without a sign of life until `rq info` forgets a worker, give or take RQ's own minute."""

_JOBS = metrics.Counter("fractafrag_jobs", "RQ jobs worked on: finished or failed.", ["queue", "outcome"])
logger = log.get_logger()


class DrainJob(Job):
    """The only job accepted: functions.<queue>.job.run. RQ calls whatever a job names, so write access to Redis would run any code."""

    success_callback = failure_callback = stopped_callback = None  # type: ignore[assignment]  # nor these

    @property
    def func(self) -> Callable[..., Any]:
        """Raises ValueError for anything but functions.<queue>.job.run."""
        if self.func_name != f"functions.{self.origin}.job.run":
            raise ValueError(f"{self.func_name} is no job of the queue {self.origin}")
        return cast("Callable[..., Any]", super().func)


class Worker(SimpleWorker):
    """Runs jobs without forking: they process rows leased in Postgres, so isolating each job would protect nothing."""

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Registers the worker again after Redis was flushed, so that `rq info` shows it."""
        heartbeat.beat()
        if pipeline is None and not self.connection.hexists(self.key, "birth"):
            self.connection.delete(self.key)
            self.register_birth()
        super().heartbeat(timeout, pipeline)

    def perform_job(self, job: Any, queue: Any, execution: Any) -> bool:
        """Runs the job and counts it; RQ logs and stores failures."""
        heartbeat.beat()
        finished = super().perform_job(job, queue, execution)
        _JOBS.labels(queue.name, "finished" if finished else "failed").inc()
        return finished

    def handle_warm_shutdown_request(self) -> None:
        """Makes the running job stop after its current row."""
        queue.stopping.set()


def work(name: str, settings: Config) -> None:
    """Processes jobs until told to stop. Exits with the reason if Redis refuses."""
    connection = queue.connect_blocking(settings.redis_url)
    common: dict[str, Any] = {"connection": connection, "serializer": JSONSerializer, "job_class": DrainJob}
    try:
        worker = Worker([Queue(name, **common)], **common, worker_ttl=WORKER_TTL, log_job_description=False)
        queue.Bell(settings.redis_url).ring(name, "whatever is due")
        logger.info("waiting for jobs", queue=name)
        worker.work(logging_level=None)  # as shared/log.py has it
    except RedisError as error:
        sys.exit(f"{name}: {error}")
    logger.info("stopped", queue=name)
