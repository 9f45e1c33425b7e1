"""Languages: which one a reader gets, Arabic plurals, and catalogs that compile."""

from pathlib import Path

import pytest

from kit import i18n, i18n_compile


class TestNegotiate:
    def test_person_then_cookie_then_browser(self) -> None:
        assert i18n.negotiate("ar", "en", "es") == "ar"
        assert i18n.negotiate(None, "en", "es") == "en"
        assert i18n.negotiate("", "", "fr;q=0.9, en;q=0.4, ar-JO;q=0.8") == "ar"

    @pytest.mark.parametrize("header", ["", "fr", "xx;q=abc", ";;;", "es;q=0"])
    def test_default_when_nothing_is_understood(self, header: str) -> None:
        assert i18n.negotiate(None, "klingon", header) == "es"


class TestCatalogs:
    def test_arabic_plurals_follow_cldr_order(self) -> None:
        with i18n.use("ar"):
            said = {n: i18n.ngettext("%(num)d review", "%(num)d reviews", n) for n in (0, 1, 2, 3, 11, 100)}
        assert said == {
            0: "بلا تقييمات",
            1: "تقييم واحد",
            2: "تقييمان",
            3: "3 تقييمات",
            11: "11 تقييمًا",
            100: "100 تقييم",
        }

    @pytest.mark.parametrize("locale", ["es", "ar"])
    def test_compiles_and_placeholders_agree(self, locale: str) -> None:
        from babel.messages.pofile import read_po

        source = i18n.DIRECTORY / locale / "LC_MESSAGES" / "lazo.po"
        assert i18n_compile.compiled_bytes(source)
        with source.open("rb") as file:
            found = [(message.id, message.check()) for message in read_po(file) if message.id]
        wrong = {str(text): [str(error) for error in errors] for text, errors in found if errors}
        assert wrong == {}

    def test_refuses_another_arabic_plural_rule(self, tmp_path: Path) -> None:
        source = tmp_path / "ar" / "LC_MESSAGES" / "lazo.po"
        source.parent.mkdir(parents=True)
        source.write_text('msgid ""\nmsgstr ""\n"Language: ar\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n')
        with pytest.raises(ValueError, match="Plural-Forms"):
            i18n_compile.compiled_bytes(source)

    def test_use_is_undone(self) -> None:
        before = i18n.current()
        with i18n.use("ar"):
            assert (i18n.current(), i18n.direction()) == ("ar", "rtl")
        assert i18n.current() == before
