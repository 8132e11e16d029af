"""Licences: which a shader may have, and which of them a fork may have under its source's."""

from shared.errors import Invalid

DEFAULT_LICENSE = "CC-BY-NC-SA-4.0"
ALL_RIGHTS_RESERVED = "LicenseRef-All-Rights-Reserved"
LICENSES = (
    "CC0-1.0",
    "MIT",
    "Apache-2.0",
    "GPL-3.0-or-later",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC-BY-NC-4.0",
    DEFAULT_LICENSE,
    ALL_RIGHTS_RESERVED,
)
"""SPDX ids that a shader may have."""

_ATTRIBUTED = ("CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0")
_ADAPTATIONS: dict[str, tuple[str, ...]] = {
    "CC0-1.0": LICENSES,
    # A copy keeps the notice, so nothing without one; whoever passes it on may ask for more.
    "MIT": ("MIT", "Apache-2.0", "GPL-3.0-or-later", *_ATTRIBUTED, ALL_RIGHTS_RESERVED),
    "Apache-2.0": ("Apache-2.0", "GPL-3.0-or-later", ALL_RIGHTS_RESERVED),
    "GPL-3.0-or-later": ("GPL-3.0-or-later",),
    # https://wiki.creativecommons.org/wiki/Frequently_Asked_Questions, "If I create a collection / derive or adapt material"
    "CC-BY-4.0": _ATTRIBUTED,
    "CC-BY-NC-4.0": ("CC-BY-NC-4.0", "CC-BY-NC-SA-4.0"),
    "CC-BY-SA-4.0": ("CC-BY-SA-4.0",),
    "CC-BY-NC-SA-4.0": ("CC-BY-NC-SA-4.0",),
}
"""Licence -> those that an adaptation of such a work may have."""


def adaptations(source: str) -> tuple[str, ...]:
    """The licences that a fork may have under its source's; of a licence that is not known, that one alone."""
    return _ADAPTATIONS.get(source, (source,))


def allowed(source_licence: str, licence: str) -> bool:
    """Whether a fork of a shader under the one may be under the other."""
    return licence in adaptations(source_licence)


def check(source_licence: str | None, licence: str) -> None:
    """Raises Invalid, which names what is allowed, for a licence that the source's does not allow. None: there is no source."""
    if source_licence is None or allowed(source_licence, licence):
        return
    message = f"A fork of a shader under {source_licence} may have: {', '.join(adaptations(source_licence))}."
    raise Invalid(message, errors=[{"field": "license", "message": message}])
