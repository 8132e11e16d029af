"""What sign-in and API keys take."""

from marshmallow import Schema, fields, validate

_PASSWORD = validate.Length(8, 200)
_USERNAME = validate.Regexp(r"^[A-Za-z0-9][A-Za-z0-9_-]{1,31}\Z", error="Use 2 to 32 of A-Z, a-z, 0-9, _ and -.")


class Registration(Schema):
    """A new account."""

    username = fields.String(required=True, validate=_USERNAME)
    email = fields.Email(required=True, validate=validate.Length(max=254))
    password = fields.String(required=True, validate=_PASSWORD)


class Login(Schema):
    """Name or email address, and password."""

    username = fields.String(required=True, validate=validate.Length(1, 254))
    password = fields.String(required=True, validate=validate.Length(1, 200))


class NewApiKey(Schema):
    """An API key to create."""

    name = fields.String(required=True, validate=validate.Length(1, 80))
    scopes = fields.List(
        fields.String(validate=validate.OneOf(["read", "write"])),
        load_default=lambda: ["read", "write"],
        validate=validate.Length(1, 2),
    )
