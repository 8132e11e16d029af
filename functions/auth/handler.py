"""Sign-in. The access token is for the page's memory, the refresh token for a cookie that no script reads."""

from typing import Any

from shared.auth import documents
from shared.auth import operations as auth
from shared.auth.operations import SignedIn
from shared.auth.schema import Login, Registration
from shared.errors import Unauthorized
from shared.http.resource import Call, Resource, operation

COOKIE = "fractafrag_refresh"
PATH = "/api/v1/auth"


class _SignIn(Resource):
    def _answer(self, call: Call, signed_in: SignedIn) -> dict[str, Any]:
        self._set_cookie(call, signed_in.refresh_token, auth.REFRESH_DAYS * 86400)
        return signed_in.document()

    def _set_cookie(self, call: Call, value: str, max_age: int) -> None:
        secure = self.services.config.public_url.startswith("https:")
        call.resp.set_cookie(
            COOKIE, value, max_age=max_age, path=PATH, secure=secure, http_only=True, same_site="Strict"
        )


class Register(_SignIn):
    """New accounts."""

    @operation(body=Registration, returns=documents.SignedIn, status=201)
    def on_post(self, call: Call) -> Any:
        """Create an account and sign in."""
        return self._answer(call, auth.register(call, **call.body))


class SignIn(_SignIn):
    """Sign-in by name or email address."""

    @operation(body=Login, returns=documents.SignedIn)
    def on_post(self, call: Call) -> Any:
        """Sign in."""
        return self._answer(call, auth.login(call, call.body["username"], call.body["password"]))


class Refresh(_SignIn):
    """A new access token for the cookie's refresh token, which is replaced."""

    @operation(returns=documents.SignedIn)
    def on_post(self, call: Call) -> Any:
        """Get a new access token."""
        signed_in = auth.refresh(call, call.req.cookies.get(COOKIE, ""))
        if signed_in is None:
            # After the commit: a token used twice has revoked its family.
            call.replace_answer(_refuse)
            return None
        return self._answer(call, signed_in)


def _refuse(_: Any) -> None:
    raise Unauthorized("The refresh token is missing, expired or used; sign in again.")


class Logout(_SignIn):
    """The end of a session, on this device."""

    @operation(status=204)
    def on_post(self, call: Call) -> Any:
        """Sign out; the session's access tokens end at once."""
        auth.logout(call, call.req.cookies.get(COOKIE, ""))
        self._set_cookie(call, "", 0)


routes = {
    f"{PATH}/register": Register,
    f"{PATH}/login": SignIn,
    f"{PATH}/refresh": Refresh,
    f"{PATH}/logout": Logout,
}
