"""What clients are answered: the shapes of the documents that the SQL views and operations make."""

from typing import ClassVar

from marshmallow import Schema, fields, validate

from shared.project.schema import Project


class Author(Schema):
    """Who made a shader."""

    username = fields.String(required=True)


class CompileError(Schema):
    """A compiler's message on the user's own line."""

    class Meta:
        include: ClassVar = {
            "pass": fields.String(required=True, metadata={"description": "common, A, B, C, D or image"}),
        }

    line = fields.Integer(required=True)
    column = fields.Integer(required=True, allow_none=True)
    message = fields.String(required=True)


class Frame(Schema):
    """A picture at a time."""

    time = fields.Float(required=True, metadata={"description": "seconds"})
    url = fields.String(required=True)


class Facets(Schema):
    """What was measured of a render; each is there once it is known. Those from `flashing` on come with a preview."""

    moves = fields.Boolean()
    blank = fields.Boolean(metadata={"description": "one colour all over"})
    palette = fields.List(fields.String(), metadata={"description": "five colours, commonest first"})
    brightness = fields.Float(metadata={"description": "0 to 1"})
    contrast = fields.Float(metadata={"description": "0 to 1"})
    compile_ms = fields.Float(metadata={"description": "milliseconds of processor time"})
    frame_ms = fields.Float(metadata={"description": "milliseconds of processor time that the poster took to draw"})
    cost = fields.Float(metadata={"description": "nanoseconds of processor time a pixel"})
    weight = fields.String(
        validate=validate.OneOf(["light", "medium", "heavy"]),
        metadata={"description": "what it asks of a device that plays it; heavy ones start when asked to"},
    )
    nonfinite = fields.Float(
        metadata={"description": "share of pixels that are NaN or infinite, which devices show as they please, 0 to 1"}
    )
    flashing = fields.String(
        validate=validate.OneOf(["none", "general", "red", "both"]),
        metadata={
            "description": "which flash thresholds of WCAG 2.3.1 it passes; play it only when asked to unless none"
        },
    )
    flashes = fields.Float(metadata={"description": "general flashes in the worst second"})
    red_flashes = fields.Float(metadata={"description": "red flashes in the worst second"})
    flash_area = fields.Float(metadata={"description": "the largest share of the picture that changes at once, 0 to 1"})
    motion = fields.Float(metadata={"description": "mean difference of consecutive frames, 0 to 1"})
    loops = fields.Float(metadata={"description": "seconds after which it repeats itself; absent when it does not"})


class Render(Schema):
    """Pictures in the making: `ready` means that the poster can be seen; the preview may follow."""

    id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["queued", "rendering", "ready", "failed"]))
    preview = fields.String(required=True, validate=validate.OneOf(["pending", "ready", "none", "failed"]))
    reason = fields.String(
        metadata={"description": "why it failed: compile_error, deadline, too_heavy, browser_lost, ..."}
    )
    detail = fields.String(metadata={"description": "the reason as a sentence"})
    poster_url = fields.String()
    preview_url = fields.String()
    frames = fields.List(fields.Nested(Frame), required=True)
    errors = fields.List(fields.Nested(CompileError), required=True)
    facets = fields.Nested(Facets)


class VoteCounts(Schema):
    """Votes on a shader."""

    up = fields.Integer(required=True)
    down = fields.Integer(required=True)


class Votes(VoteCounts):
    """Votes after one's own."""

    my_vote = fields.Integer(required=True)


class ShaderCard(Schema):
    """A shader as lists show it."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    tags = fields.List(fields.String(), required=True)
    license = fields.String(required=True, metadata={"description": "SPDX id"})
    status = fields.String(required=True, validate=validate.OneOf(["draft", "published", "archived"]))
    version = fields.Integer(required=True)
    author = fields.Nested(Author, required=True)
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)
    published_at = fields.DateTime(required=True, allow_none=True)
    score = fields.Float(required=True)
    votes = fields.Nested(VoteCounts, required=True)
    forked_from = fields.UUID(required=True, allow_none=True)
    render = fields.Nested(Render, required=True, allow_none=True)


class Shader(ShaderCard):
    """A shader with its project."""

    project = fields.Nested(Project, required=True)
    my_vote = fields.Integer(metadata={"description": "1, 0 or -1, when signed in"})


class VersionCard(Schema):
    """A version as lists show it."""

    n = fields.Integer(required=True)
    created_at = fields.DateTime(required=True)
    render = fields.Nested(Render, required=True, allow_none=True)


class Version(VersionCard):
    """A version with its project."""

    project = fields.Nested(Project, required=True)


class _List(Schema):
    next = fields.String(required=True, allow_none=True, metadata={"description": "cursor of the next page"})


class ShaderList(_List):
    """A page of shaders."""

    items = fields.List(fields.Nested(ShaderCard), required=True)


class VersionList(_List):
    """A page of versions."""

    items = fields.List(fields.Nested(VersionCard), required=True)


class RenderList(_List):
    """A page of renders."""

    items = fields.List(fields.Nested(Render), required=True)


class User(Schema):
    """An account, as its owner sees it."""

    id = fields.UUID(required=True)
    username = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)


class SignedIn(Schema):
    """An access token; the refresh token comes as a cookie."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "seconds"})
    user = fields.Nested(User, required=True)


class ApiKey(Schema):
    """An API key, without its text."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    hint = fields.String(required=True, metadata={"description": "how the key starts"})
    scopes = fields.List(fields.String(), required=True)
    created_at = fields.DateTime(required=True)
    last_used_at = fields.DateTime(required=True, allow_none=True)


class CreatedApiKey(ApiKey):
    """A new API key; its text is shown only now."""

    key = fields.String(required=True)


class ApiKeyList(_List):
    """A page of API keys."""

    items = fields.List(fields.Nested(ApiKey), required=True)


class Health(Schema):
    """The service can serve."""

    status = fields.String(required=True)


class FieldError(Schema):
    """What is wrong with a field."""

    field = fields.String(required=True)
    message = fields.String(required=True)


class Problem(Schema):
    """RFC 9457 problem details."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.List(fields.Nested(FieldError))
