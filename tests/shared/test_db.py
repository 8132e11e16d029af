"""Transactions: how they end when the server ends them."""

import time

import pytest

from shared.errors import Unavailable
from shared.stores.db import Database, wait_for_storage


def _idle(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = '20ms'")
        time.sleep(0.3)
        connection.execute("SELECT 1")


def test_a_transaction_that_idled_too_long_is_unavailable(database: Database) -> None:
    """Not an error of its own kind, which nobody would catch; and the next one works."""
    with pytest.raises(Unavailable):
        _idle(database)
    with database.transaction() as connection:
        assert connection.execute("SELECT 1 AS n").fetchone() == {"n": 1}


def test_waiting_for_storage_ends_with_the_transaction(database: Database) -> None:
    shown = "SHOW idle_in_transaction_session_timeout"
    with database.transaction() as connection:
        wait_for_storage(connection)
        assert connection.execute(shown).fetchone() == {"idle_in_transaction_session_timeout": "1min"}
    with database.transaction() as connection:
        assert connection.execute(shown).fetchone() == {"idle_in_transaction_session_timeout": "5s"}
