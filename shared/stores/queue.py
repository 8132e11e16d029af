"""RQ queues, used as a doorbell: a job tells a worker to process what is due, one row first. A lost job costs seconds, never work."""

import threading
from datetime import timedelta

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from shared import log

JOB_TIMEOUT = 240
"""Seconds that one job may take: it begins its last row within 60 (shared/drain.py), which may take 150 (shared/heartbeat.py)."""

stopping = threading.Event()
"""Set when this worker process was asked to stop: the job ends after the current row."""

logger = log.get_logger()


def connect(url: str) -> Redis:
    """A client for request paths: an absent server costs a quarter of a second once, not seconds of retries."""
    return Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.25, retry=Retry(NoBackoff(), 0))


def connect_blocking(url: str) -> Redis:
    """A client for an RQ worker, which waits in blocking calls."""
    return Redis.from_url(url, socket_timeout=None, socket_connect_timeout=2, health_check_interval=30)


class Bell:
    """Wakes workers: a job on queue `render` runs functions.render.job.run(id), and so on for each worker function."""

    def __init__(self, url: str):
        self._redis = connect(url)
        self._queues: dict[str, Queue] = {}

    def _queue(self, name: str) -> Queue:
        if name not in self._queues:
            self._queues[name] = Queue(
                name, connection=self._redis, serializer=JSONSerializer, default_timeout=JOB_TIMEOUT
            )
        return self._queues[name]

    def ring(self, queue: str, row_id: object) -> bool:
        """Enqueues; False when Redis is away, in which case the reconciler rings later."""
        try:
            self._queue(queue).enqueue(
                f"functions.{queue}.job.run",
                str(row_id),
                result_ttl=60,
                failure_ttl=int(timedelta(days=1).total_seconds()),
            )
        except RedisError as error:
            logger.warning("the bell did not ring", queue=queue, id=str(row_id), error=str(error))
            return False
        return True
