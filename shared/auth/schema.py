"""What sign-in and API keys take."""

from marshmallow import validate

from shared import fields
from shared.auth.passwords import LONGEST, SHORTEST
from shared.validation import Schema

_USERNAME = validate.Regexp(r"^[A-Za-z0-9][A-Za-z0-9_-]{1,31}\Z", error="Use 2 to 32 of A-Z, a-z, 0-9, _ and -.")


class Registration(Schema):
    """A new account."""

    username = fields.Text(32, required=True, validate=[_USERNAME])
    email = fields.Email(required=True)
    password = fields.Text(LONGEST, SHORTEST, required=True)


class Login(Schema):
    """Name or email address, and password."""

    username = fields.Text(254, 1, required=True)
    password = fields.Text(LONGEST, 1, required=True)


class NewApiKey(Schema):
    """An API key to create."""

    name = fields.Text(80, 1, required=True)
    scopes = fields.Items(fields.Choice(["read", "write"]), 2, 1, load_default=lambda: ["read", "write"])
