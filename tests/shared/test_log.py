"""Every line is one JSON object, whatever is in it, and holds no secret."""

import json
import subprocess
import sys
from typing import Any

from containers.manifest import ROOT
from shared import log

_BEGIN = "from shared import log\nlog.configure('test')\nlogger = log.get_logger()\n"


def lines(program: str) -> list[dict[str, Any]]:
    """What a process logs; it must print nothing else."""
    command = [sys.executable, "-c", _BEGIN + program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=30)
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_line() -> None:
    (line,) = lines("with log.bound(request='abc'): logger.info('hello', n=1)")
    assert (line["function"], line["event"], line["request"], line["n"], line["level"]) == (
        "test",
        "hello",
        "abc",
        1,
        "info",
    )
    assert line["timestamp"].endswith("Z")


def test_what_json_cannot_hold_is_written_all_the_same() -> None:
    surrogate, number, key = lines(
        "logger.info('a', text='\\ud800')\nlogger.info('b', n=10**40)\nlogger.info('c', values={1: object()})"
    )
    assert surrogate["text"] == "\ud800"
    assert number["n"] == 10**40
    assert key["values"]["1"].startswith("<object")


def test_numbers_that_json_does_not_have_are_null() -> None:
    (line,) = lines("logger.info('a', share=float('nan'), most=float('inf'))")
    assert (line["share"], line["most"]) == (None, None)


def test_no_character_ends_a_line_or_moves_a_terminal() -> None:
    text = "\x85\u2028\u2029\x0b\x0c\x1c\x9b2J\x7fé\U000329fc"
    (line,) = lines(f"logger.info('a', path={text!r})")
    assert line["path"] == text


def test_exceptions_come_without_the_values_of_variables() -> None:
    (line,) = lines(
        "def sign_in(password):\n"
        "    raise ValueError('no')\n"
        "try:\n    sign_in('hunter' + str(2))\n"
        "except ValueError:\n    logger.exception('failed')\n"
    )
    (error,) = line["exception"]
    assert (error["exc_type"], error["exc_value"]) == ("ValueError", "no")
    assert "sign_in" in [frame["name"] for frame in error["frames"]]
    assert "hunter2" not in json.dumps(line)


def test_what_python_prints_itself_is_a_line_too() -> None:
    warned, threaded, ended = lines(
        "import threading, warnings\n"
        "warnings.warn('old')\n"
        "thread = threading.Thread(target=lambda: 1 / 0, name='t')\n"
        "thread.start(); thread.join()\n"
        "raise KeyError('x')\n"
    )
    assert "old" in warned["event"]
    assert (threaded["event"], threaded["thread"], threaded["level"]) == ("a thread ended", "t", "error")
    assert (ended["event"], ended["level"], ended["exception"][0]["exc_type"]) == (
        "the process ends",
        "critical",
        "KeyError",
    )


def test_sound_ids_are_kept_and_others_replaced() -> None:
    assert log.request_id("abcdef0123456789") == "abcdef0123456789"
    for given in (None, "", "short", "x" * 65, "with\nline", "é" * 10):
        assert len(log.request_id(given)) == 32
