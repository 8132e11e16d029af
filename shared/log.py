"""Logs: one JSON object a line on stdout, each with the request it belongs to."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog


def _render(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    return orjson.dumps(event, default=str).decode()


_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.dict_tracebacks,
]


def configure(function: str, level: str = "info") -> None:
    """Sends every log of this process, libraries' included, to stdout as JSON lines that carry `function`."""

    def named(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {"function": function, **event}

    processors = [named, *_SHARED]
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=_render, foreign_pre_chain=processors))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for noisy in ("httpx2", "httpcore2", "botocore", "rq.worker", "mcp"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def get_logger(name: str = "fractafrag") -> structlog.stdlib.BoundLogger:
    """A structured logger: `log.info("render ready", render=id, seconds=0.4)`."""
    return structlog.stdlib.get_logger(name)


def bind(**values: Any) -> None:
    """Puts values (request, render, ...) on every following line of this thread or task."""
    structlog.contextvars.bind_contextvars(**values)


def unbind(*names: str) -> None:
    """Takes values off again."""
    structlog.contextvars.unbind_contextvars(*names)
