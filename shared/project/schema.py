"""The project document as marshmallow reads it: what a sound one is. The facts are in contract.json."""

from typing import Any

from marshmallow import ValidationError, post_load, validate, validates_schema
from marshmallow.fields import Nested, Raw

from shared import fields
from shared.project import contract
from shared.project.normalise import normalise, single_pass
from shared.validation import Schema

WORDS = ("license", "credits", "origin")
"""What a project may say about itself; it is kept on the shader, once, and not in its versions."""


class Number(fields.Number):
    """A number, not text that holds one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, str | bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Sampler(Schema):
    """How a channel is read. What is not there is as usual for the kind of input."""

    filter = fields.Choice(contract.FILTERS)
    wrap = fields.Choice(contract.WRAPS)
    vflip = fields.Flag()
    srgb = fields.Flag()


class Channel(Raw):
    """The number of a channel; 1.0 is the channel 1."""

    def __init__(self) -> None:
        numbers = {"minimum": contract.CHANNELS[0], "maximum": contract.CHANNELS[-1]}
        super().__init__(required=True, metadata={"type": "integer", **numbers})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or value not in contract.CHANNELS:
            raise ValidationError(f"Use one of {', '.join(map(str, contract.CHANNELS))}.")
        return int(value)


class Input(Schema):
    """What a pass reads on one of its four channels."""

    channel = Channel()
    kind = fields.Choice(list(contract.SAMPLERS), required=True)
    source = fields.Text(contract.MAX_SOURCE)
    sampler = Nested(Sampler)

    @validates_schema
    def source_exists(self, data: dict[str, Any], **_: Any) -> None:
        """A buffer or texture input names one that there is."""
        known = {"buffer": contract.BUFFERS, "texture": contract.TEXTURES}
        names = known.get(data["kind"])
        if names and data.get("source", "") not in names:
            raise ValidationError(f"Use one of {', '.join(names)}.", "source")


class Pass(Schema):
    """One program of a project."""

    type = fields.Choice(contract.PASS_TYPES, required=True)
    name = fields.Choice(contract.BUFFERS)
    code = fields.Text(contract.MAX_CODE, required=True)
    inputs = fields.Items(Input, len(contract.CHANNELS))

    @validates_schema
    def shape(self, data: dict[str, Any], **_: Any) -> None:
        """Buffers have names, Common reads nothing, a channel is used once."""
        if data["type"] == "buffer" and "name" not in data:
            raise ValidationError(f"A buffer needs a name: {', '.join(contract.BUFFERS)}.", "name")
        if data["type"] != "buffer" and "name" in data:
            raise ValidationError("Only buffers have names.", "name")
        inputs = data.get("inputs", [])
        if data["type"] == "common" and inputs:
            raise ValidationError("Common has no inputs; the passes that use it have.", "inputs")
        channels = [item["channel"] for item in inputs]
        if len(channels) != len(set(channels)):
            raise ValidationError("Two inputs share a channel.", "inputs")
        if "\0" in data["code"]:
            raise ValidationError("Remove the NUL characters.", "code")


class Param(Schema):
    """A value that the viewer may change; a uniform of the same name."""

    name = fields.Text(contract.MAX_PARAM_NAME, required=True)
    type = fields.Choice(list(contract.PARAM_TYPES), required=True)
    label = fields.Text(contract.MAX_LABEL)
    default = fields.Scalars(contract.MAX_NUMBERS)
    min = fields.Scalars(contract.MAX_NUMBERS)
    max = fields.Scalars(contract.MAX_NUMBERS)

    @validates_schema
    def name_and_values_fit(self, data: dict[str, Any], **_: Any) -> None:
        """The name can be a uniform's; default and bounds are of the param's own type."""
        if not contract.PARAM_NAME.fullmatch(data["name"]):
            message = "Use letters, digits and single _; not gl_, ff_, main, mainImage, or i and a capital in front."
            raise ValidationError(message, "name")
        for name in ("default", "min", "max"):
            if name in data and not _fits(data["type"], data[name]):
                raise ValidationError(f"Not a value for a {data['type']} param.", name)


def _fits(kind: str, value: Any) -> bool:
    """Whether a value is one of a param type's."""
    form = contract.PARAM_TYPES[kind]
    if not form["numbers"]:
        return isinstance(value, bool)
    if form["numbers"] == [1]:
        return _is_number(value) and (not form.get("whole") or value == int(value))
    return isinstance(value, list) and len(value) in form["numbers"] and all(_is_number(item) for item in value)  # type: ignore[arg-type]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < contract.LARGEST


class Origin(Schema):
    """Where an imported shader comes from."""

    format = fields.Text(contract.ORIGIN["format"], required=True)
    id = fields.Text(contract.ORIGIN["id"])
    author = fields.Text(contract.ORIGIN["author"])
    address = fields.Text(contract.ORIGIN["address"])


class Project(Schema):
    """What is played, rendered, forked and exported: passes, params, and the poster's moment."""

    passes = fields.Items(Pass, contract.MAX_PASSES, 1, required=True)
    params = fields.Items(Param, contract.MAX_PARAMS)
    poster_time = Number(
        validate=validate.Range(0, contract.MAX_POSTER_TIME),
        metadata={"description": "seconds; without it, one second or where there is something to see"},
    )

    @validates_schema
    def whole(self, data: dict[str, Any], **_: Any) -> None:
        """One image pass, at most one Common, no buffer twice, not too long, a poster that can be reached."""
        _check_passes(data["passes"])
        stepped = any(item["type"] == "buffer" for item in data["passes"])
        if stepped and data.get("poster_time", 0) > contract.MAX_POSTER_TIME_WITH_BUFFERS:
            latest = f"With buffers the poster is of the first {contract.MAX_POSTER_TIME_WITH_BUFFERS} seconds."
            raise ValidationError(latest, "poster_time")
        names = [item["name"] for item in data.get("params", [])]
        if len(names) != len(set(names)):
            raise ValidationError("Two params share a name.", "params")

    @post_load
    def normalised(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """In the form that is stored."""
        return normalise(data)


class NewProject(Project):
    """A project as requests bring it; what it says about itself goes to the shader (see Source)."""

    license = fields.Text(contract.MAX_LICENSE, load_only=True)
    credits = fields.Text(contract.MAX_CREDITS, load_only=True)
    origin = Nested(Origin, load_only=True, allow_none=True)


def _check_passes(passes: list[dict[str, Any]]) -> None:
    names = [item.get("name", item["type"]) for item in passes]
    if names.count("image") != 1:
        raise ValidationError("A project has exactly one image pass.", "passes")
    if len(names) != len(set(names)):
        raise ValidationError("A pass is there twice.", "passes")
    if sum(len(item["code"].encode()) for item in passes) > contract.MAX_CODE:
        raise ValidationError(f"The code is longer than {contract.MAX_CODE} bytes in all.", "passes")


class Source(Schema):
    """Mix-in for requests that bring a shader: `code` for a single pass, or a whole `project`."""

    code = fields.Text(contract.MAX_CODE, 1, metadata={"description": "GLSL with mainImage"})
    project = Nested(NewProject)

    source_required = True

    @validates_schema
    def one_source(self, data: dict[str, Any], **_: Any) -> None:
        """Code or project, not both."""
        given = [name for name in ("code", "project") if name in data]
        if len(given) > 1:
            raise ValidationError("Send code or project, not both.", "code")
        if not given and self.source_required:
            raise ValidationError("Send the shader's code, or a whole project.", "code")
        if "\0" in data.get("code", ""):
            raise ValidationError("Remove the NUL characters.", "code")
        if len(data.get("code", "").encode()) > contract.MAX_CODE:
            raise ValidationError(f"The code is longer than {contract.MAX_CODE} bytes.", "code")

    @post_load
    def as_project(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Leaves `project` alone in the result."""
        if "code" in data:
            data["project"] = single_pass(data.pop("code"))
        return data
