"""The project document: its schema, its canonical form, and the project that a single piece of code stands for."""

import hashlib
from typing import Any

import orjson
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

MAX_CODE = 512 * 1024
"""Bytes of code in one project; of 96,768 real shaders 99 % have less than 39 kB."""

_BUFFERS = ("A", "B", "C", "D")
PASS_TYPES = ("common", "buffer", "image")
MAX_POSTER_TIME = 60
MAX_POSTER_TIME_WITH_BUFFERS = 10
"""Seconds: what is reached step by step has to be reached within a render."""
TEXTURES = (
    "grey-noise-256",
    "grey-noise-64",
    "rgba-noise-256",
    "rgba-noise-64",
    "blue-noise-256",
    "bayer-8",
    "organic",
    "wood",
    "stone",
)


class Sampler(Schema):
    """How a channel is read."""

    filter = fields.String(load_default="linear", validate=validate.OneOf(["nearest", "linear", "mipmap"]))
    wrap = fields.String(load_default="clamp", validate=validate.OneOf(["clamp", "repeat", "mirror"]))
    vflip = fields.Boolean(load_default=False)
    srgb = fields.Boolean(load_default=False)


class Input(Schema):
    """What a pass reads on one of its four channels."""

    channel = fields.Integer(required=True, strict=True, validate=validate.Range(0, 3))
    kind = fields.String(required=True, validate=validate.OneOf(["buffer", "texture", "keyboard"]))
    source = fields.String(load_default="", validate=validate.Length(max=64))
    sampler = fields.Nested(Sampler, required=False)

    @validates_schema
    def source_exists(self, data: dict[str, Any], **_: Any) -> None:
        """A buffer or texture input names one that there is."""
        known: dict[str, tuple[str, ...]] = {"buffer": _BUFFERS, "texture": TEXTURES}
        names = known.get(data["kind"])
        if names and data["source"] not in names:
            raise ValidationError(f"Use one of {', '.join(names)}.", "source")


class Pass(Schema):
    """One program of a project."""

    type = fields.String(required=True, validate=validate.OneOf(PASS_TYPES))
    name = fields.String(required=False, validate=validate.OneOf(_BUFFERS))
    code = fields.String(required=True, validate=validate.Length(max=MAX_CODE))
    inputs = fields.List(fields.Nested(Input), load_default=list, validate=validate.Length(max=4))

    @validates_schema
    def shape(self, data: dict[str, Any], **_: Any) -> None:
        """Buffers have names, Common reads nothing, a channel is used once."""
        if data["type"] == "buffer" and "name" not in data:
            raise ValidationError("A buffer needs a name: A, B, C or D.", "name")
        if data["type"] != "buffer" and "name" in data:
            raise ValidationError("Only buffers have names.", "name")
        if data["type"] == "common" and data["inputs"]:
            raise ValidationError("Common has no inputs; the passes that use it have.", "inputs")
        channels = [item["channel"] for item in data["inputs"]]
        if len(channels) != len(set(channels)):
            raise ValidationError("Two inputs share a channel.", "inputs")
        if "\0" in data["code"]:
            raise ValidationError("Remove the NUL characters.", "code")


class Param(Schema):
    """A value that the viewer may change; a uniform of the same name."""

    name = fields.String(
        required=True, validate=validate.Regexp(r"^(?!gl_|i[A-Z]|main\Z|.*__)[A-Za-z_][A-Za-z0-9_]{0,62}\Z")
    )
    type = fields.String(required=True, validate=validate.OneOf(["float", "int", "bool", "color", "point2d"]))
    label = fields.String(validate=validate.Length(max=80))
    default = fields.Raw(required=False)
    min = fields.Raw(required=False)
    max = fields.Raw(required=False)

    @validates_schema
    def values_fit(self, data: dict[str, Any], **_: Any) -> None:
        """Defaults and bounds are of the param's own type."""
        for name in ("default", "min", "max"):
            if name in data and not _fits(data["type"], data[name]):
                raise ValidationError(f"Not a value for a {data['type']} param.", name)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e30


def _fits(kind: str, value: Any) -> bool:
    size = {"color": (3, 4), "point2d": (2,)}.get(kind)
    if size:
        return isinstance(value, list) and len(value) in size and all(_number(item) for item in value)  # type: ignore[arg-type]
    if kind == "bool":
        return isinstance(value, bool)
    return _number(value) and (kind != "int" or isinstance(value, int))


class Origin(Schema):
    """Where an imported shader comes from."""

    format = fields.String(required=True, validate=validate.Length(max=64))
    id = fields.String(validate=validate.Length(max=200))
    author = fields.String(validate=validate.Length(max=200))
    address = fields.String(validate=validate.Length(max=2000))


class Project(Schema):
    """Everything that is played, rendered, forked and exported: passes, params, licence, origin, the poster's moment."""

    passes = fields.List(fields.Nested(Pass), required=True, validate=validate.Length(1, 6))
    params = fields.List(fields.Nested(Param), load_default=list, validate=validate.Length(max=32))
    license = fields.String(validate=validate.Length(max=64))
    credits = fields.String(load_default="", validate=validate.Length(max=2000))
    origin = fields.Nested(Origin, allow_none=True, load_default=None)
    poster_time = fields.Float(
        validate=validate.Range(0, MAX_POSTER_TIME),
        metadata={"description": "seconds; without it, one second or where there is something to see"},
    )

    @validates_schema
    def whole(self, data: dict[str, Any], **_: Any) -> None:
        """One image pass, at most one Common, no buffer twice, not too long."""
        kinds = [item.get("name", item["type"]) for item in data["passes"]]
        if kinds.count("image") != 1:
            raise ValidationError("A project has exactly one image pass.", "passes")
        if len(kinds) != len(set(kinds)):
            raise ValidationError("A pass is there twice.", "passes")
        if sum(len(item["code"].encode()) for item in data["passes"]) > MAX_CODE:
            raise ValidationError(f"The code is longer than {MAX_CODE} bytes in all.", "passes")
        stepped = any(item["type"] == "buffer" for item in data["passes"])
        if stepped and data.get("poster_time", 0) > MAX_POSTER_TIME_WITH_BUFFERS:
            latest = f"With buffers the poster is of the first {MAX_POSTER_TIME_WITH_BUFFERS} seconds."
            raise ValidationError(latest, "poster_time")
        names = [item["name"] for item in data["params"]]
        if len(names) != len(set(names)):
            raise ValidationError("Two params share a name.", "params")


class Source(Schema):
    """Mix-in for requests that bring a shader: `code` for a single pass, or a whole `project`."""

    code = fields.String(validate=validate.Length(1, MAX_CODE), metadata={"description": "GLSL with mainImage"})
    project = fields.Nested(Project)

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
        if len(data.get("code", "").encode()) > MAX_CODE:
            raise ValidationError(f"The code is longer than {MAX_CODE} bytes.", "code")

    @post_load
    def as_project(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Leaves `project` alone in the result."""
        if "code" in data:
            data["project"] = single_pass(data.pop("code"))
        return data


def single_pass(code: str) -> dict[str, Any]:
    """The project with one image pass of this code."""
    return {"passes": [{"type": "image", "code": code, "inputs": []}], "params": [], "credits": "", "origin": None}


def canonical(project: dict[str, Any]) -> bytes:
    """What decides a picture: passes with inputs and code byte for byte, and params; keys sorted."""
    essence = {"passes": project["passes"], "params": project.get("params", [])}
    return orjson.dumps(essence, option=orjson.OPT_SORT_KEYS)


def content_key(project: dict[str, Any], plan: dict[str, Any], backend: str, version: str) -> str:
    """The content address (hex sha256) of what this back end makes of the project under the plan."""
    digest = hashlib.sha256(canonical(project))
    digest.update(b"\0" + orjson.dumps(plan, option=orjson.OPT_SORT_KEYS))
    digest.update(f"\0{backend}\0{version}".encode())
    return digest.hexdigest()
