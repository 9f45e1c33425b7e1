"""The rendering base: strict, escaped, in three languages, with nothing the content policy would refuse."""

import re
from types import SimpleNamespace

import jinja2
import pytest

from kit import i18n
from kit.money import Money
from kit.settings import Settings
from web import kit_sample, render


@pytest.fixture(scope="module")
def environment() -> jinja2.Environment:
    return render.create_environment(Settings())


def context(locale: str, viewer: object = None) -> dict[str, object]:
    return {
        "viewer": viewer,
        "locale": locale,
        "dir": i18n.direction(locale),
        "theme": "",
        "path": "/somewhere?page=2",
        "csrf_token": "token-of-the-reader",
    }


def kit_page(environment: jinja2.Environment, locale: str) -> str:
    with i18n.use(locale):
        return environment.get_template("dev/kit.html").render(**context(locale), kit=kit_sample.sample())


@pytest.mark.parametrize("locale", i18n.LOCALES)
class TestKitPage:
    def test_says_its_language_and_direction(self, environment: jinja2.Environment, locale: str) -> None:
        html = kit_page(environment, locale)
        assert f'<html lang="{locale}" dir="{"rtl" if locale == "ar" else "ltr"}">' in html

    def test_nothing_inline(self, environment: jinja2.Environment, locale: str) -> None:
        html = kit_page(environment, locale)
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]+src=)|javascript:", html)

    def test_every_icon_is_in_the_sprite(self, environment: jinja2.Environment, locale: str) -> None:
        sprite = (render.DIST / render.asset("sprite.svg").removeprefix(render.DIST_URL)).read_text()
        asked = set(re.findall(r'sprite-[^"#]+#([a-z0-9-]+)', kit_page(environment, locale)))
        assert asked <= set(re.findall(r'<symbol id="([^"]+)"', sprite))

    def test_fields_are_labelled_and_described(self, environment: jinja2.Environment, locale: str) -> None:
        html = kit_page(environment, locale)
        ids = set(re.findall(r'\sid="([^"]+)"', html))
        pointed = {one for group in re.findall(r'(?:for|aria-describedby)="([^"]+)"', html) for one in group.split()}
        assert pointed <= ids


@pytest.mark.parametrize("layout", ["public", "plain", "pet_owner", "vet", "admin", "room"])
def test_layouts_render_for_a_viewer(environment: jinja2.Environment, layout: str) -> None:
    viewer = SimpleNamespace(name="<Ana> Ríos", role="x", panel="/home", locale="es", time_zone="UTC", is_vet=True)
    page = environment.from_string(f'{{% extends "layouts/{layout}.html" %}}{{% block main %}}here{{% endblock %}}')
    html = page.render(**context("es", viewer))
    assert "here" in html
    assert "<Ana>" not in html


def test_home_without_any_vet(environment: jinja2.Environment) -> None:
    html = environment.get_template("public/home.html").render(
        **context("es"), vets=[], online_count=0, next_free_at=None
    )
    assert "/search?when=now" in html


def test_money_is_set_apart_from_the_sentence(environment: jinja2.Environment) -> None:
    page = environment.from_string("{{ price | money('ar') }}")
    assert page.render(price=Money(12_500, "JOD")) == '<bdi class="money">12.500\u00a0د.أ.</bdi>'


def test_values_inside_translated_sentences_are_escaped(environment: jinja2.Environment) -> None:
    page = environment.from_string("{{ _('Copy %(value)s', value=value) }}")
    assert "<b>" not in page.render(value="<b>")


def test_an_unknown_name_is_an_error(environment: jinja2.Environment) -> None:
    with pytest.raises(jinja2.UndefinedError):
        environment.from_string("{{ nobody }}").render()


def test_an_unbuilt_file_says_what_to_run() -> None:
    with pytest.raises(render.AssetMissingError, match=re.escape("node build.mjs")):
        render.asset("nothing.ts")
