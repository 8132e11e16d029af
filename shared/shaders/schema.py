"""What a shader to create, changes of one, and a list of them may hold."""

from typing import Any, ClassVar

from marshmallow import ValidationError, post_load, validate
from marshmallow.fields import Nested

from shared import fields, lists
from shared.project.contract import MAX_CREDITS
from shared.project.schema import WORDS, Origin, Source
from shared.shaders.licences import DEFAULT_LICENSE, LICENSES
from shared.validation import Schema

MAX_TAGS = 12
"""Tags of a shader."""
SORTS = ("new", "trending", "top")
"""Orders of a list."""


class Tag(fields.Text):
    """One tag, in lower case."""

    def __init__(self) -> None:
        form = validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,31}\Z", error="Use a-z, 0-9 and -, up to 32.")
        super().__init__(32, trim=True, validate=[form])

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return super()._deserialize(value, attr, data, **kwargs).lower()


class Tags(fields.Items):
    """Tags, each once."""

    def __init__(self) -> None:
        super().__init__(Tag(), MAX_TAGS)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return list(dict.fromkeys(super()._deserialize(value, attr, data, **kwargs)))


class Words(Schema):
    """What people say about a shader."""

    title = fields.Text(120, 1, trim=True)
    description = fields.Text(5000)
    tags = Tags()
    license = fields.Choice(LICENSES, metadata={"description": "SPDX id"})
    credits = fields.Text(MAX_CREDITS, metadata={"description": "whom its author thanks"})
    origin = Nested(Origin, allow_none=True, metadata={"description": "where it was imported from"})


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

    title = fields.Text(120, 1, trim=True, required=True)
    status = fields.Choice(["draft", "published"], load_default="draft")

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
    status = fields.Choice(["draft", "published", "archived"])


class Listing(lists.Page):
    """Which shaders, in which order."""

    sort = fields.Choice(SORTS, load_default="new")
    q = fields.Text(200, metadata={"description": "words to search for"})
    tags = fields.Text(400, metadata={"description": "all of these, by commas"})
