"""The project document: what is valid, and what decides a picture."""

from typing import Any

import pytest
from marshmallow import ValidationError

from shared.project.canonical import canonical, content_key
from shared.project.normalise import single_pass
from shared.project.schema import NewProject as Project

IMAGE = {"type": "image", "code": "void mainImage(out vec4 c, in vec2 p) { c = vec4(1); }"}


def load(*passes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return Project().load({"passes": list(passes), **more})  # type: ignore[return-value]


def test_a_single_pass_is_a_project() -> None:
    assert load(*single_pass("code")["passes"])["passes"][0]["code"] == "code"


@pytest.mark.parametrize(
    ("passes", "message"),
    [
        ([], "Length"),
        ([{"type": "common", "code": ""}], "exactly one image"),
        ([IMAGE, IMAGE], "exactly one image"),
        ([IMAGE, {"type": "buffer", "code": ""}], "needs a name"),
        ([IMAGE, {"type": "buffer", "name": "A", "code": ""}, {"type": "buffer", "name": "A", "code": ""}], "twice"),
        ([IMAGE | {"inputs": [{"channel": 0, "kind": "texture", "source": "nope"}]}], "Use one of"),
        ([IMAGE | {"inputs": [{"channel": 4, "kind": "keyboard"}]}], "Use one of 0, 1, 2, 3"),
        ([IMAGE | {"inputs": [{"channel": 0, "kind": "keyboard"}] * 2}], "share a channel"),
        ([IMAGE | {"code": "a\0b"}], "NUL"),
        ([IMAGE | {"typo": 1}], "Unknown field"),
    ],
)
def test_what_is_wrong_is_said(passes: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(ValidationError) as error:
        load(*passes)
    assert message in str(error.value)


def test_params_fit_their_type() -> None:
    load(IMAGE, params=[{"name": "tint", "type": "color", "default": [1, 0.5, 0]}])
    with pytest.raises(ValidationError, match="float"):
        load(IMAGE, params=[{"name": "speed", "type": "float", "default": "fast"}])
    with pytest.raises(ValidationError):
        load(IMAGE, params=[{"name": "iTime", "type": "float"}])


def test_words_about_a_project_do_not_change_its_picture() -> None:
    one, other = load(IMAGE, credits="me"), load(IMAGE, credits="you")
    assert canonical(one) == canonical(other)
    assert canonical(one) != canonical(load(IMAGE | {"code": IMAGE["code"] + " "}))


def test_everything_that_makes_the_bytes_is_in_the_key() -> None:
    project = load(IMAGE)
    keys = {
        content_key(project, {"stills": []}, "llvmpipe", "1"),
        content_key(project, {"stills": [1]}, "llvmpipe", "1"),
        content_key(project, {"stills": []}, "swiftshader", "1"),
        content_key(project, {"stills": []}, "llvmpipe", "2"),
    }
    assert len(keys) == 4
