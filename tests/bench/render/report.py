"""The figures as tables, as bars that are met or not, and as the line of JSON."""

import itertools
import json
import statistics
from collections.abc import Iterable, Iterator, Sequence
from statistics import geometric_mean as mean

from tests.bench.render.clips import Clip
from tests.bench.render.flows import Flow
from tests.bench.render.renderer import Done
from tests.bench.render.starters import Speed

Bar = tuple[str, float, float, bool]
"""What, the figure, its bound, whether the bound is the least that it should be."""

CLIP_HEAD = (
    f"{'shader':<12}{'CPU s: ours':>12}{'usual':>8}{'raw':>7}{'usual/ours':>12}{'ours/raw':>10}"
    f"{'wall s: ours':>14}{'usual':>7}{'raw':>6}"
)
SIZE_HEAD = (
    f"{'shader':<12}{'fps':>5}{'KiB: ours':>11}{'usual':>7}{'raw':>6}{'usual at our SSIM':>19}"
    f"{'SSIM: ours':>12}{'usual':>8}{'raw':>8}{'drawing':>9}{'browser_start_cpu_s':>21}"
)


def tell_clips(clips: Sequence[Clip]) -> Iterator[str]:
    """The first part's tables."""
    yield from (CLIP_HEAD, *map(_costs, clips), _ranges(clips), "")
    yield from (SIZE_HEAD, *map(_sizes, clips), "")


def tell_speed(speed: Speed) -> Iterator[str]:
    """The second part's lines."""
    for name, seconds in (("thumbnail", speed.thumbs), ("preview", speed.previews)):
        middle, high = statistics.median(seconds), percentile(seconds, 0.95)
        yield f"{name:<12}p50 {middle:.3f} s, p95 {high:.3f} s, slowest {max(seconds):.3f} s of {len(seconds)} jobs"
    yield f"{speed.reduced} previews came smaller, slower or not at all"
    yield from ("", "the slowest thumbnails, in ms of the clock by stage")
    yield from map(_stages, sorted(speed.slow.items(), key=lambda item: -item[1].seconds)[:6])
    for what, flows in (("thumbnails", speed.thumb_flows), ("previews", speed.preview_flows)):
        yield from ("", f"{what + ' a minute':<24}{'':>8}  CPU: starting, compiling, drawing, encoding, the rest")
        yield from itertools.starmap(_flow, flows.items())
    yield ""


def _stages(item: tuple[str, Done]) -> str:
    name, done = item
    stages = ", ".join(f"{stage} {1000 * clock:.0f}" for stage, (clock, _) in done.stages.items())
    return f"{name:<24}{1000 * done.seconds:>8.0f}  {stages}"


def _flow(name: str, flow: Flow) -> str:
    parts = [flow.starting, flow.compiling, flow.drawing, flow.service]
    shares = ", ".join(f"{part / flow.cpu:.0%}" for part in [*parts, flow.cpu - sum(parts)])
    return f"{name:<24}{flow.per_minute:>8.0f}  {shares}"


def tell_end(clips: Sequence[Clip], speed: Speed) -> Iterator[str]:
    """The bars, and the JSON last."""
    figures = summarise(clips, speed)
    yield from map(_judge, _bars(clips, figures))
    yield json.dumps({name: round(value, 3) for name, value in figures.items()})


def summarise(clips: Sequence[Clip], speed: Speed) -> dict[str, float]:
    """The figures of the last line."""
    return {
        "preview_cpu_vs_usual": mean(clip.vs_usual for clip in clips),
        "preview_cpu_vs_raw": mean(clip.vs_raw for clip in clips),
        "thumb_p50_s": statistics.median(speed.thumbs),
        "thumb_p95_s": percentile(speed.thumbs, 0.95),
        "preview_p50_s": statistics.median(speed.previews),
        **{f"thumbs_per_min, {name}": flow.per_minute for name, flow in speed.thumb_flows.items()},
        **{f"previews_per_min, {name}": flow.per_minute for name, flow in speed.preview_flows.items()},
    }


def percentile(values: Iterable[float], part: float) -> float:
    """The nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -int(-part * len(ordered) // 1) - 1)]


def _costs(clip: Clip) -> str:
    return (
        f"{clip.name:<12}{clip.ours.cpu:>12.2f}{clip.usual.cpu:>8.2f}{clip.raw.cpu:>7.2f}{clip.vs_usual:>12.2f}"
        f"{clip.vs_raw:>10.2f}{clip.ours.wall:>14.2f}{clip.usual.wall:>7.1f}{clip.raw.wall:>6.1f}"
    )


def _ranges(clips: Sequence[Clip]) -> str:
    usual, raw = [clip.vs_usual for clip in clips], [clip.vs_raw for clip in clips]
    return (
        f"usual/ours {mean(usual):.2f} ({min(usual):.2f} to {max(usual):.2f}), "
        f"ours/raw {mean(raw):.2f} ({min(raw):.2f} to {max(raw):.2f})"
    )


def _sizes(clip: Clip) -> str:
    size = [result.size / 1024 for result in (clip.ours, clip.usual, clip.raw)]
    return (
        f"{clip.name:<12}{clip.ours.fps:>5}{size[0]:>11.0f}{size[1]:>7.0f}{size[2]:>6.0f}{clip.equal / 1024:>19.0f}{clip.ours.ssim:>12.4f}"
        f"{clip.usual.ssim:>8.4f}{clip.raw.ssim:>8.4f}{clip.raw.raster / clip.ours.cpu:>9.0%}{clip.start:>21.2f}"
    )


def _bars(clips: Sequence[Clip], figures: dict[str, float]) -> Iterator[Bar]:
    for clip in clips:
        yield f"{clip.name}: usual/ours", clip.vs_usual, 10 if clip.light else 3, True
        yield f"{clip.name}: ours/raw", clip.vs_raw, 1.4, False
        yield f"{clip.name}: bytes beside usual at our SSIM", clip.ours.size / clip.equal, 1, False
    yield "usual/ours, geometric mean", figures["preview_cpu_vs_usual"], 5, True
    yield "ours/raw, geometric mean", figures["preview_cpu_vs_raw"], 1.2, False
    yield "thumbnail p50, s", figures["thumb_p50_s"], 0.25, False
    yield "thumbnail p95, s", figures["thumb_p95_s"], 0.6, False
    yield "preview p50, s", figures["preview_p50_s"], 1.2, False
    for kind, least in (("thumbs", 250), ("previews", 48)):
        yield f"{kind} a minute, one owner", figures[f"{kind}_per_min, one owner"], least, True
        before = figures[f"{kind}_per_min, a browser a job"]
        for name in ("eight owners by turns", "anonymous"):
            yield f"{kind} a minute, {name}", figures[f"{kind}_per_min, {name}"], before, True


def _judge(bar: Bar) -> str:
    what, figure, bound, least = bar
    met = figure >= bound if least else figure <= bound
    return f"{'met' if met else 'NOT MET':<9}{what:<48}{figure:>8.2f}  {'>=' if least else '<='} {bound:g}"
