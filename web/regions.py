"""Countries and zones that a form offers."""

from babel import Locale

from kit import formats, i18n

COUNTRIES = ("AR", "BO", "CL", "CO", "EC", "MX", "PE", "PY", "UY", "AE", "EG", "JO", "KW", "OM", "QA", "SA", "PH")
ZONES = (
    "America/Argentina/Buenos_Aires", "America/Argentina/Cordoba", "America/La_Paz", "America/Santiago",
    "America/Bogota", "America/Guayaquil", "Pacific/Galapagos", "America/Mexico_City", "America/Lima",
    "America/Asuncion", "America/Montevideo", "Asia/Dubai", "Africa/Cairo", "Asia/Amman", "Asia/Kuwait", "Asia/Muscat",
    "Asia/Qatar", "Asia/Riyadh", "Asia/Manila",
)  # fmt: skip


def countries() -> list[tuple[str, str]]:
    """(code, name in the reader's language), in the reader's alphabet."""
    names = Locale.parse(i18n.current()).territories
    return sorted(((code, names[code]) for code in COUNTRIES), key=lambda pair: pair[1])


def zones(also: str = "") -> list[tuple[str, str]]:
    """(name, words); with the reader's own zone, wherever it is."""
    names = ZONES if not also or also in ZONES else (also, *ZONES)
    return [(name, formats.zone_name(name)) for name in names]
