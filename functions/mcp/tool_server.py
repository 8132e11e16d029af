"""The MCP server with arguments that are checked briefly: unknown ones are refused, and errors are few."""

from collections.abc import Collection, Mapping
from typing import Any

import anyio.to_thread
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, InputRequiredResult
from pydantic import ValidationError

from shared.errors import MAX_ERRORS, Problem
from shared.json_body import check_json
from shared.validation import shortened, unknown_message


class Server(MCPServer):
    """Tools by name."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Calls a tool. Raises ToolError, whose text says what is wrong with the arguments."""
        tool = self._tool_manager.get_tool(name)
        if tool is None:
            known = {tool.name for tool in self._tool_manager.list_tools()}
            raise ToolError(f"{shortened(name)}: {unknown_message('tool', name, known)}")
        await anyio.to_thread.run_sync(_check, set(tool.parameters["properties"]), arguments)
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(_explained(error.__cause__)) from None
            raise


def _check(known: set[str], arguments: Mapping[str, Any]) -> None:
    """Refuses arguments that the tool does not have, and JSON in texts that would come to too many values."""
    unknown = [name for name in arguments if name not in known][:MAX_ERRORS]
    if unknown:
        raise ToolError(_lines(f"{shortened(name)}: {unknown_message('argument', name, known)}" for name in unknown))
    for name, value in arguments.items():
        if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):  # which the SDK reads as JSON
            try:
                check_json(value.encode(errors="replace"))
            except Problem as problem:
                raise ToolError(f"{name}: {problem.detail}") from problem


def _explained(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return _lines(f"{_place(item['loc'])}: {item['msg']}" for item in found[:MAX_ERRORS])


def _place(steps: Collection[int | str]) -> str:
    return ".".join(shortened(str(step)) for step in steps)


def _lines(lines: Any) -> str:
    return "\n".join(dict.fromkeys(lines))
