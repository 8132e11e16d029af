"""Sign-in. The access token is for the page's memory, the refresh token for a cookie that no script reads."""

from typing import Any

import falcon

from shared.auth import documents
from shared.auth import operations as auth
from shared.auth.credentials import bearer
from shared.auth.operations import SignedIn
from shared.auth.schema import Login, Registration
from shared.errors import Forbidden, Unauthorized
from shared.http.resource import Call, Resource, operation
from shared.http.same_site import require_same_site

COOKIE = "fractafrag_refresh"
PATH = "/api/v1/auth"


class _SignIn(Resource):
    def admit(self, req: falcon.Request) -> None:
        """Only this site's own pages, and programs."""
        require_same_site(req, self.services.config.public_url)

    def _answer(self, call: Call, signed_in: SignedIn) -> dict[str, Any]:
        self._set_cookie(call, signed_in.refresh_token, auth.REFRESH_DAYS * 86400)
        return signed_in.document()

    def _set_cookie(self, call: Call, value: str, max_age: int) -> None:
        """Written by hand, because Falcon leaves out a Max-Age of 0, which deletes the cookie."""
        secure = "; Secure" if self.services.config.public_url.startswith("https:") else ""
        attributes = f"Max-Age={max_age}; Path={PATH}; HttpOnly; SameSite=Strict{secure}"
        call.resp.append_header("Set-Cookie", f"{COOKIE}={value}; {attributes}")

    def _delete_cookie(self, call: Call) -> None:
        """Where the browser sent one: what is in it is worth nothing any more."""
        if COOKIE in call.req.cookies:
            self._set_cookie(call, "", 0)


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
        """Sign in. After several wrong passwords there is a delay, which Retry-After tells."""
        signed_in = auth.login(call, call.body["username"], call.body["password"])
        if signed_in is None:
            # After the commit: the failure is counted.
            call.replace_answer(lambda _: _refuse("The name or the password is wrong."))
            return None
        return self._answer(call, signed_in)


class Refresh(_SignIn):
    """A new access token for the cookie's refresh token, which is replaced."""

    @operation(returns=documents.SignedIn)
    def on_post(self, call: Call) -> Any:
        """Get a new access token."""
        signed_in = auth.refresh(call, call.req.cookies.get(COOKIE, ""))
        if signed_in is None:
            self._delete_cookie(call)
            # After the commit: a token used twice has revoked its family.
            call.replace_answer(lambda _: _refuse("The refresh token is missing, expired or used; sign in again."))
            return None
        return self._answer(call, signed_in)


def _refuse(detail: str) -> None:
    raise Unauthorized(detail)


class Logout(_SignIn):
    """The end of a session, on this device."""

    @operation(status=204)
    def on_post(self, call: Call) -> Any:
        """Sign out: of the cookie's session, and of the access token's; its access tokens end at once."""
        cookie = call.req.cookies.get(COOKIE)
        if cookie:
            auth.logout(call, cookie)
        try:
            auth.logout_bearer(call, bearer(call.req.get_header("Authorization")))
        except (Unauthorized, Forbidden):
            if not cookie:
                raise
        self._delete_cookie(call)


routes = {
    f"{PATH}/register": Register,
    f"{PATH}/login": SignIn,
    f"{PATH}/refresh": Refresh,
    f"{PATH}/logout": Logout,
}
