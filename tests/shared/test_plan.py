"""Plans of renders: what they are made of, how they are read, and which limits they keep."""

from typing import Any

import pytest

from shared.renders.plan import MAX_STILLS, Plan, PlanError, ad_hoc, publication, read_plan

POSTER = {"name": "poster", "time": 1.0, "width": 640, "height": 360, "format": "webp", "seek": True}
PREVIEW = {
    "name": "preview",
    "start": 0.0,
    "duration": 4.0,
    "fps": 30,
    "width": 480,
    "height": 270,
    "format": "mp4",
    "unless_still": True,
    "loop": True,
    "sparse": True,
}
SIZE = {"width": 320, "height": 180}


def test_documents_that_content_keys_are_made_from() -> None:
    """To the letter: another document would be another key, and all pictures would be made again."""
    assert publication({}, 8).document() == {"stills": [POSTER], "clip": PREVIEW}
    chosen = publication({"poster_time": 2.5}, 8).document()
    assert chosen == {"stills": [{**POSTER, "time": 2.5, "seek": False}], "clip": PREVIEW}
    stills = ad_hoc([0.5, 2.0], 320, 180, "png", 8).document()
    assert stills == {
        "stills": [
            {"name": "poster", "time": 0.5, **SIZE, "format": "png"},
            {"name": "frame-1", "time": 2.0, **SIZE, "format": "png"},
        ],
        "clip": None,
    }
    clip = ad_hoc([0.5, 2.0], 320, 180, "webm", 8).document()
    exact = {"start": 0.5, "duration": 1.5, "format": "webm", "unless_still": False, "loop": False, "sparse": False}
    assert clip == {
        "stills": [{**POSTER, **SIZE, "time": 0.5, "seek": False}],
        "clip": {**PREVIEW, **SIZE, **exact},
    }


@pytest.mark.parametrize("longest", [1, 2.5, 3, 8, 60])
@pytest.mark.parametrize(
    "make",
    [
        lambda longest: publication({}, longest),
        lambda longest: publication({"poster_time": 3600}, longest),
        lambda longest: ad_hoc([0, longest], 320, 180, "mp4", longest),
        lambda longest: ad_hoc([0.0, 1.0, 3600.0], 3840, 2160, "avif", longest),
    ],
)
def test_every_plan_is_read_again_whatever_the_deployment_allows(make: Any, longest: float) -> None:
    plan: Plan = make(longest)
    assert read_plan(plan.document(), longest) == plan


def test_preview_is_no_longer_than_the_deployment_allows() -> None:
    durations = [plan.clip.duration for longest in (1, 3, 60) if (plan := publication({}, longest)).clip]
    assert durations == [1.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("times", "width", "height", "kind", "field", "says"),
    [
        ([0.0, 3.5], 320, 180, "mp4", "times", "0.1 to 3 s"),
        ([0.0, 0.05], 320, 180, "mp4", "times", "0.1 to 3 s"),
        ([1.0], 320, 180, "mp4", "times", "two"),
        ([0.0, 1.0, 2.0], 320, 180, "mp4", "times", "two"),
        ([0.0, 1.0], 321, 180, "mp4", "width", "even"),
        ([0.0, 1.0], 320, 181, "mp4", "height", "even"),
        ([0.0, 1.0], 320, 1082, "webm", "height", "1080"),
        ([0.0, 1.0], 1922, 180, "webm", "width", "1920"),
        ([2.0, 1.0], 320, 180, "png", "times", "rise"),
        ([], 320, 180, "png", "times", "rise"),
        ([float(n) for n in range(MAX_STILLS + 1)], 320, 180, "png", "times", "16"),
        ([3601.0], 320, 180, "png", "times", "3600"),
        ([1.0], 8, 180, "png", "width", "16"),
        ([1.0], 320, 180, "gif", "format", "webp"),
    ],
)
def test_requests_beyond_the_limits(
    times: list[float], width: int, height: int, kind: str, field: str, says: str
) -> None:
    with pytest.raises(PlanError, match=says) as caught:
        ad_hoc(times, width, height, kind, 3)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"stills": []}, "plan.stills"),
        ({"stills": [{**POSTER, "width": 5000}]}, "plan.stills[0].width"),
        ({"stills": [POSTER, {**POSTER, "time": True}]}, "plan.stills[1].time"),
        ({"clip": {**PREVIEW, "duration": 8.1}}, "plan.clip.duration"),
        ({"clip": {**PREVIEW, "height": 271}}, "plan.clip.height"),
        ({"clip": []}, "plan.clip"),
        ({"clip": {**PREVIEW, "name": "poster"}}, "plan"),
    ],
)
def test_wrong_documents_name_the_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(PlanError) as caught:
        read_plan({"stills": [POSTER], "clip": PREVIEW, **change}, 8)
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field} ")


def test_stills_are_in_the_order_of_their_times() -> None:
    later = {**POSTER, "name": "later", "time": 3.0}
    assert [still.name for still in read_plan({"stills": [later, POSTER]}, 8).stills] == ["poster", "later"]
