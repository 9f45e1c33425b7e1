"""Countries and zones that a form offers."""

from babel import Locale

from kit import i18n

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


def zones() -> list[tuple[str, str]]:
    """(name, words)."""
    return [(name, name.rsplit("/", 1)[1].replace("_", " ")) for name in ZONES]
