"""The player and the server agree on what a project document is, and on the form that it is brought into."""

import pytest

from shared.project.schema import NewProject
from tests.cases.projects import cases
from tests.player.playing import Bench

GOOD = cases("good")
BAD = cases("bad")


@pytest.mark.parametrize("what", GOOD)
def test_both_take_a_sound_document_and_make_the_same_of_it(shared_bench: Bench, what: str) -> None:
    assert shared_bench.call("checkProject", GOOD[what]) == []
    assert shared_bench.call("normaliseProject", GOOD[what]) == NewProject().load(GOOD[what])


@pytest.mark.parametrize("what", BAD)
def test_both_refuse_an_unsound_document(shared_bench: Bench, what: str) -> None:
    assert NewProject().validate(BAD[what])  # type: ignore[arg-type]
    assert shared_bench.call("checkProject", BAD[what]) != []
