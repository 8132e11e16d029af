"""Runs one worker function as an RQ worker on the queue of its name: `python -m containers.work render`."""

import sys
from typing import Any

from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from containers.manifest import ManifestError, function
from shared import config, log, queue
from shared.config import ConfigError

WORKER_TTL = 20
"""Seconds without a sign of life until `rq info` forgets a worker, give or take RQ's own minute."""


class Worker(SimpleWorker):
    """Runs jobs in this process: they only drain rows that are leased in Postgres, so a fork for each would guard nothing."""

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Registers again when Redis has forgotten us, so that `rq info` stays true after a flush."""
        if pipeline is None and not self.connection.hexists(self.key, "birth"):
            self.connection.delete(self.key)
            self.register_birth()
        super().heartbeat(timeout, pipeline)

    def handle_warm_shutdown_request(self) -> None:
        """Lets the job in hand end after its current row."""
        queue.stopping.set()


def work(name: str) -> None:
    """Works until told to stop. Raises ManifestError, ConfigError or RedisError."""
    item = function(name)
    if item.kind != "worker":
        raise ManifestError(f"{name} is no worker; run it by `python -m containers.serve {name}`")
    settings = config.load(item.needs)
    log.configure(name, settings.log_level)
    connection = queue.connect_blocking(settings.redis_url)
    serializer = JSONSerializer
    queues = [Queue(name, connection=connection, serializer=serializer)]
    worker = Worker(
        queues, connection=connection, serializer=serializer, worker_ttl=WORKER_TTL, log_job_description=False
    )
    queue.Bell(settings.redis_url).ring(name, "whatever is due")
    worker.work(logging_level=settings.log_level.upper())


def main() -> None:
    """The command line."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m containers.work FUNCTION")
    try:
        work(sys.argv[1])
    except (ManifestError, ConfigError, RedisError) as error:
        sys.exit(f"{sys.argv[1]}: {error}")


if __name__ == "__main__":
    main()
