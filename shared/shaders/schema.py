"""What a shader to create, changes of one, and a list of them may hold."""

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate

from shared import lists
from shared.project.contract import MAX_CREDITS
from shared.project.schema import WORDS, Origin, Source

DEFAULT_LICENSE = "CC-BY-NC-SA-4.0"
LICENSES = (
    "CC0-1.0",
    "MIT",
    "Apache-2.0",
    "GPL-3.0-or-later",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC-BY-NC-4.0",
    DEFAULT_LICENSE,
    "LicenseRef-All-Rights-Reserved",
)
"""SPDX ids that a shader may have."""
SORTS = ("new", "trending", "top")
"""Orders of a list."""


class Words(Schema):
    """What people say about a shader."""

    title = fields.String(validate=validate.Length(1, 120))
    description = fields.String(validate=validate.Length(max=5000))
    tags = fields.List(
        fields.String(validate=validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,31}\Z", error="Use a-z, 0-9 and -, up to 32.")),
        validate=validate.Length(max=12),
    )
    license = fields.String(validate=validate.OneOf(LICENSES), metadata={"description": "SPDX id"})
    credits = fields.String(
        validate=validate.Length(max=MAX_CREDITS), metadata={"description": "whom its author thanks"}
    )
    origin = fields.Nested(Origin, allow_none=True, metadata={"description": "where it was imported from"})

    @pre_load
    def trim(self, data: Any, **_: Any) -> Any:
        """Trims titles, and lowercases tags."""
        if not isinstance(data, dict):
            return data
        trimmed: dict[str, Any] = {**data}
        if isinstance(trimmed.get("title"), str):
            trimmed["title"] = trimmed["title"].strip()
        if isinstance(trimmed.get("tags"), list):
            tags = [tag.strip().lower() if isinstance(tag, str) else tag for tag in trimmed["tags"]]
            trimmed["tags"] = list(dict.fromkeys(tags)) if all(isinstance(tag, str) for tag in tags) else tags
        return trimmed


class _ShaderSource(Words, Source):
    """Words and a source; what the project says about itself becomes the shader's."""

    defaults: ClassVar[dict[str, Any]] = {}

    @post_load
    def as_project(self, data: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Moves the project's licence, credits and origin to the shader. Raises ValidationError where the two differ."""
        loaded = Source.as_project(self, data, **more)
        project = loaded.get("project", {})
        for name in WORDS:
            if name in project:
                loaded[name] = _agreed(name, project.pop(name), loaded)
        return {**self.defaults, **loaded}


def _agreed(name: str, given: Any, shader: dict[str, Any]) -> Any:
    if shader.get(name, given) != given:
        raise ValidationError("The shader and its project say different things; send it once.", name)
    if name == "license" and given not in LICENSES:
        raise ValidationError(f"Must be one of: {', '.join(LICENSES)}.", name)
    return given


class NewShader(_ShaderSource):
    """A shader to create."""

    title = fields.String(required=True, validate=validate.Length(1, 120))
    status = fields.String(load_default="draft", validate=validate.OneOf(["draft", "published"]))

    defaults: ClassVar = {
        "description": "",
        "tags": [],
        "license": DEFAULT_LICENSE,
        "credits": "",
        "origin": None,
    }


class Changes(_ShaderSource):
    """What to change of a shader; what is not there stays."""

    source_required = False
    status = fields.String(validate=validate.OneOf(["draft", "published", "archived"]))


class Listing(lists.Page):
    """Which shaders, in which order."""

    sort = fields.String(load_default="new", validate=validate.OneOf(SORTS))
    q = fields.String(validate=validate.Length(max=200), metadata={"description": "words to search for"})
    tags = fields.String(validate=validate.Length(max=400), metadata={"description": "all of these, by commas"})
