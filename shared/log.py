"""Logs: one JSON object a line on stdout, each with the request it belongs to."""

import contextlib
import json
import logging
import sys
import threading
import uuid
from collections.abc import MutableMapping
from contextlib import AbstractContextManager
from typing import Any

import orjson
import structlog

QUIET = frozenset(("/health", "/metrics"))
"""Paths that are asked every few seconds, and not logged."""


def _render(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    """In ASCII: a terminal or a reader of lines may take other line ends and control characters (U+0085, U+2028) literally."""
    plain: Any = event
    with contextlib.suppress(
        orjson.JSONEncodeError
    ):  # lone surrogates and huge integers, which hostile requests bring along
        plain = orjson.loads(orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS))  # NaN becomes null
    return json.dumps(plain, default=str, skipkeys=True)


# Without local variables: among them would be passwords and tokens.
_TRACEBACKS = structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(_TRACEBACKS),
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
    _catch_the_rest()


def _catch_the_rest() -> None:
    """What Python itself would print as plain text: warnings, and exceptions that nobody caught."""
    logging.captureWarnings(True)
    log = get_logger()

    def in_main(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("the process ends", exc_info=(kind, error, trace))

    def in_thread(args: threading.ExceptHookArgs) -> None:
        log.error("a thread ended", thread=args.thread and args.thread.name, exc_info=args.exc_value)

    sys.excepthook, threading.excepthook = in_main, in_thread


def get_logger(name: str = "fractafrag") -> structlog.stdlib.BoundLogger:
    """A structured logger: `log.info("render ready", render=id, seconds=0.4)`."""
    return structlog.stdlib.get_logger(name)


def request_id(given: str | None) -> str:
    """The id of a request: the one it came with, if that is one that a log can hold, or else a new one."""
    sound = given is not None and 8 <= len(given) <= 64 and given.isascii() and given.isprintable()
    return given if given and sound else uuid.uuid4().hex


def bind(**values: Any) -> None:
    """Puts values (request, render, ...) on every following line of this thread or task."""
    structlog.contextvars.bind_contextvars(**values)


def unbind(*names: str) -> None:
    """Takes values off again."""
    structlog.contextvars.unbind_contextvars(*names)


def bound(**values: Any) -> AbstractContextManager[None]:
    """Puts values on the lines of a block."""
    return structlog.contextvars.bound_contextvars(**values)
