"""What a plan comes to: costs of steps, sizes of stills, sizes of clips."""

from dataclasses import replace

import pytest

from functions.renderer.plan.clips import THINNED, Size, clip_seconds, clip_too_heavy, fit_clip, sizes
from functions.renderer.plan.costs import Costs, StepCosts
from functions.renderer.plan.stills import TooHeavy, fit_stills
from shared.renders.plan import PREVIEW, Clip, Plan, ad_hoc, publication

BUDGET = 2.8
PIXELS = 640 * 360


def stepped(each: float) -> Costs:
    return Costs(steps=StepCosts(each))


def test_steps_cost_what_is_known_and_later_ones_as_the_last() -> None:
    steps = StepCosts(1.0)
    assert (steps.total(0), steps.total(10)) == (0, 10)
    steps.learn(4, 7, 10.0)
    assert (steps.total(4), steps.total(8), steps.total(10), steps.latest) == (4, 44, 64, 10.0)
    steps.learn(0, 5, 2.0)
    assert (steps.total(6), steps.total(8)) == (12, 32), "what is known of later ones stays"
    steps.learn(8, 9, 1.0)
    assert (steps.total(12), steps.average(6, 9)) == (36, 5.5)


def test_a_still_costs_its_steps_where_frames_build_on_each_other() -> None:
    plan = ad_hoc([2.0], 640, 360, "png", 8)
    alone = Costs(image=1e-6)
    assert fit_stills(plan, alone, BUDGET) == (1.0, {})
    assert fit_stills(plan, stepped(0.9 * BUDGET / 121 / PIXELS), BUDGET) == (1.0, {})
    assert fit_stills(plan, stepped(1.1 * BUDGET / 121 / PIXELS), BUDGET) == (0.5, {})


@pytest.mark.parametrize("times", [[2.0], [1.0, 2.0], [0.0, 1.0, 2.0]])
def test_all_stills_have_one_size(times: list[float]) -> None:
    plan = ad_hoc(times, 640, 360, "png", 8)
    assert fit_stills(plan, stepped(2.0 * BUDGET / 121 / PIXELS), BUDGET) == (0.5, {})


@pytest.mark.parametrize(("width", "height"), [(512, 512), (360, 640), (1920, 300), (1000, 300)])
def test_pictures_of_any_shape_get_smaller(width: int, height: int) -> None:
    plan = ad_hoc([1.0], width, height, "png", 8)
    assert fit_stills(plan, Costs(image=1.1 * BUDGET / width / height), BUDGET) == (0.5, {})


def test_what_is_too_heavy_at_its_smallest_is_told_a_size_that_would_do() -> None:
    costs = Costs(image=5 * BUDGET / (320 * 180))
    with pytest.raises(TooHeavy) as error:
        fit_stills(ad_hoc([1.0], 640, 360, "png", 8), costs, BUDGET)
    possible = error.value.possible
    assert possible
    assert possible["times"] == 1
    assert f"{possible['width']} x {possible['height']} would do" in str(error.value)
    plan = ad_hoc([1.0], possible["width"], possible["height"], "png", 8)
    assert fit_stills(plan, costs, BUDGET) == (1.0, {})


def test_a_poster_moves_last_of_all_and_only_where_nobody_chose_its_time() -> None:
    costs = stepped(2 * BUDGET / 61 / (320 * 180))
    scale, times = fit_stills(publication({}, 8), costs, BUDGET)
    assert scale == 0.5
    assert 25 / 60 < times["poster"] < 32 / 60
    with pytest.raises(TooHeavy) as error:
        fit_stills(publication({"poster_time": 1.0}, 8), costs, BUDGET)
    assert error.value.possible == {"width": 320, "height": 180, "time": round(times["poster"], 4)}
    with pytest.raises(TooHeavy) as error:
        fit_stills(publication({}, 8), stepped(BUDGET / 1000), BUDGET)
    assert error.value.possible is None, "not even frame 0"


def test_a_poster_stays_clear_of_steps_that_become_dear() -> None:
    dear = 0.4 * BUDGET / (320 * 180)
    costs = stepped(1e-9)
    assert costs.steps
    costs.steps.learn(5, 30, dear)
    assert fit_stills(publication({}, 8), costs, BUDGET)[1]["poster"] == pytest.approx(5 / 60), "not 6"
    costs.steps.learn(5, 30, 4 * dear)
    assert fit_stills(publication({}, 8), costs, BUDGET)[1]["poster"] == pytest.approx(4 / 60)
    assert fit_stills(publication({}, 8), stepped(dear), BUDGET)[1]["poster"] == pytest.approx(1 / 60)


def test_a_request_for_stills_goes_smaller_since_its_times_may_be_late() -> None:
    costs = stepped(BUDGET / 1900 / (80 * 45))
    assert fit_stills(ad_hoc([30.0], 640, 360, "png", 8), costs, BUDGET) == (1 / 8, {})
    with pytest.raises(TooHeavy):
        fit_stills(ad_hoc([33.0], 640, 360, "png", 8), costs, BUDGET)


def test_a_preview_gets_smaller_before_its_steps_are_thinned() -> None:
    found = [fit_clip(PREVIEW, stepped(each), 3.2) for each in (1e-9, 1e-7, 3e-7, 6e-7, 1.2e-6, 2.5e-6, 5e-6, 1e-4)]
    assert found[0] == Size(480, 270, 30, 60)
    assert found[-1] is None
    shapes = [(size.width, size.steps) for size in found if size]
    assert shapes == sorted(shapes, reverse=True)
    assert {steps for width, steps in shapes if width > 160} == {60}
    assert {steps for width, steps in shapes if width == 160} >= set(THINNED[:1])


def test_of_a_clip_that_was_asked_for_no_step_is_left_out() -> None:
    asked = Clip("preview", 1.0, 2.0, 30, 640, 360, "mp4", unless_still=False)
    assert {size.steps for size in sizes(asked, stepped=True)} == {60}
    assert {size.fps for size in sizes(asked, stepped=True)} == {30}


def test_later_steps_that_are_dear_make_a_clip_dear() -> None:
    costs, late = stepped(1e-8), stepped(1e-8)
    assert late.steps
    late.steps.learn(120, 240, 1e-6)
    size = Size(480, 270, 30)
    assert clip_seconds(PREVIEW, size, late) > 10 * clip_seconds(PREVIEW, size, costs)
    assert clip_seconds(PREVIEW, size, Costs(image=1e-8)) < clip_seconds(PREVIEW, size, costs)


def test_plans_of_one_still_have_none_to_compare() -> None:
    plan = Plan(publication({}, 8).stills)
    assert fit_stills(plan, Costs(), BUDGET) == (1.0, {})


@pytest.mark.parametrize("costs", [Costs(image=4e-6), stepped(8e-7)])
def test_a_clip_that_was_asked_for_and_does_not_fit_is_told_a_duration_that_would_do(costs: Costs) -> None:
    clip = ad_hoc([0.0, 4.0], 640, 360, "mp4", 8).clip
    assert clip
    assert fit_clip(clip, costs, BUDGET) is None
    possible = clip_too_heavy(clip, costs, BUDGET).possible
    assert possible
    shorter = replace(clip, duration=possible["duration"])
    assert fit_clip(shorter, costs, BUDGET)
    assert clip_too_heavy(clip, Costs(image=1.0), BUDGET).possible is None
