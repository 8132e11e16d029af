"""The MCP server: tools over streamable HTTP at /mcp, stateless, so that any number of containers may answer."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from mcp.server.mcpserver import Context
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, ToolAnnotations
from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from functions.mcp.guard import MAX_BODY, PATH, guarded
from functions.mcp.tool_server import Server
from functions.mcp.tools import Tools
from shared.http.asgi import Application, observed
from shared.renders.plan import MAX_STILLS, MIN_SIDE
from shared.request import Services
from shared.settings import Config
from shared.shaders.schema import MAX_TAGS

_INSTRUCTIONS = (
    "Fractafrag is a gallery of GLSL shaders. A shader is Shadertoy-style GLSL ES 3.00: "
    "`void mainImage(out vec4 fragColor, in vec2 fragCoord)` with iResolution, iTime, iMouse, iChannel0-3. "
    "Write one, look at it with render_shader, mend it until it compiles and looks right, then submit_shader. "
    "Reading and rendering need no account; submitting needs an API key as `Authorization: Bearer ff_...`."
)
MAX_SIZE = (1920, 1080)
"""Pixels of a picture for an agent: larger ones cost more than they tell."""
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)

Code = Annotated[str | None, Field(description="GLSL of a single image pass, with mainImage")]
ProjectArgument = Annotated[
    dict[str, Any] | None,
    Field(
        description='a whole project instead: {"passes": [{"type": "common|buffer|image", "name": "A-D", "code", "inputs"}]}'
    ),
]


def create_server(tools: Tools) -> Server:
    """The server with its tools; `tools` does the work."""
    server = Server("fractafrag", title="Fractafrag", instructions=_INSTRUCTIONS, version="1")
    _add_gallery_tools(server, tools)
    _add_authoring_tools(server, tools)
    return server


def _add_gallery_tools(server: Server, tools: Tools) -> None:
    """Tools that read what is published."""

    @server.tool(title="Browse shaders", annotations=_READS)
    async def browse_shaders(
        sort: Annotated[str, Field(description="new, trending or top")] = "new",
        query: Annotated[str | None, Field(description="words to search for")] = None,
        tags: Annotated[list[str] | None, Field(max_length=MAX_TAGS, description="all of these")] = None,
        cursor: Annotated[str | None, Field(description="`next` of the page before")] = None,
        limit: Annotated[int, Field(ge=1, le=50)] = 12,
    ) -> CallToolResult:
        """List published shaders: id, title, author, tags, votes, addresses of poster and preview."""
        given = {"sort": sort, "q": query, "tags": ",".join(tags or []), "cursor": cursor, "limit": limit}
        return await tools.browse({name: value for name, value in given.items() if value})

    @server.tool(title="Get a shader", annotations=_READS)
    async def get_shader(
        id: Annotated[str, Field(description="the shader's id")],
        context: Context[Any, Any],
        picture: Annotated[bool, Field(description="with its poster as an image")] = True,
    ) -> CallToolResult:
        """Read one shader: its words, its project with the source of every pass, its render, and its poster."""
        return await tools.get(id, picture, context.headers)


def _add_authoring_tools(server: Server, tools: Tools) -> None:
    """Tools that render and save what the caller wrote."""

    @server.tool(title="Render a shader", annotations=_READS)
    async def render_shader(
        context: Context[Any, Any],
        code: Code = None,
        project: ProjectArgument = None,
        times: Annotated[
            list[float] | None,
            Field(max_length=MAX_STILLS, description=f"seconds to look at; rising, up to {MAX_STILLS}; default [1.0]"),
        ] = None,
        width: Annotated[int, Field(ge=MIN_SIDE, le=MAX_SIZE[0])] = 640,
        height: Annotated[int, Field(ge=MIN_SIDE, le=MAX_SIZE[1])] = 360,
        format: Annotated[str, Field(description="webp or png")] = "webp",
    ) -> CallToolResult:
        """Render source without saving it, and look: an image for each time, or compile errors with pass and line.

        `frames` tells of each image its time, iFrame and size, and facts (blank, NaN); `warnings` say what is not as asked.
        """
        request = {"times": times or [1.0], "width": width, "height": height, "format": format}
        return await tools.render(_source(code, project) | request, context)

    @server.tool(title="Submit a shader", annotations=_WRITES)
    async def submit_shader(
        title: str,
        context: Context[Any, Any],
        code: Code = None,
        project: ProjectArgument = None,
        description: str = "",
        tags: Annotated[list[str] | None, Field(max_length=MAX_TAGS)] = None,
        license: Annotated[str | None, Field(description="SPDX id; default CC-BY-NC-SA-4.0")] = None,
        status: Annotated[str, Field(description="draft or published")] = "published",
    ) -> CallToolResult:
        """Save a shader and publish it; answers with its poster, or with its compile errors. Needs an API key with `write`."""
        words = {"title": title, "description": description, "tags": tags or [], "status": status}
        optional = {"license": license} if license else {}
        return await tools.submit(_source(code, project) | words | optional, context)


def _source(code: str | None, project: dict[str, Any] | None) -> dict[str, Any]:
    given = {"code": code, "project": project}
    return {name: value for name, value in given.items() if value is not None}


def _security(config: Config) -> TransportSecuritySettings:
    """Hosts and origins that may call: the public address and this machine. Keeps DNS rebinding out."""
    host = urlsplit(config.public_url).netloc
    hosts = [host, "localhost", "localhost:*", "127.0.0.1", "127.0.0.1:*", "[::1]:*", "mcp:*"]
    origins = [
        config.public_url,
        *config.mcp_origins,
        "http://localhost:*",
        "http://127.0.0.1:*",
        "http://localhost",
        "http://127.0.0.1",
    ]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)


async def _health(request: Request) -> Response:
    """GET /health, for the container's health check: this function answers."""
    del request
    return JSONResponse({"status": "ok"})


def create_app(config: Config) -> Application:
    """The ASGI application."""
    server = create_server(Tools(Services(config)))
    server.custom_route("/health", methods=["GET"])(_health)
    app = server.streamable_http_app(
        stateless_http=True, transport_security=_security(config), max_request_body_size=MAX_BODY
    )
    return observed(guarded(app, config.mcp_origins), "mcp", ("/health", PATH))
