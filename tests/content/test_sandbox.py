"""Known ways out of a Jinja2 sandbox, and ways to keep it busy: each is refused at loading, with file and line.

The walk over the parsed template is the first wall. The second, the sandbox without globals, filters and tests, is
tried by itself: it must refuse what reaches for Python even if the walk had let it pass.
"""

from pathlib import Path

import pytest
from jinja2.exceptions import TemplateError

from bot.content.files import ContentError
from bot.content.templates import _sandbox, load_templates

HEAD = """\
---
title: General
categories: [other]
examples:
  usual: {customer: Jane Doe}
---
"""
PARTS = "{# shared #}\n{% macro greeting(customer) %}Hello {{ customer }},{% endmacro %}\n"

REACHING = [
    "{{ customer.__class__.__base__.__subclasses__() }}",
    "{{ ''['__cla' + 'ss__'] }}",
    "{{ ''['__cla' ~ 'ss__'] }}",
    "{{ ''[['__cla', 'ss__']|join] }}",
    "{{ ''|attr('__class__') }}",
    "{{ ''|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ ''|attr(['_'*2, 'class', '_'*2]|join)|attr('mro') }}",
    "{{ ''['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "{{ (''.__class__|string)[0] }}",
    "{{ '{0.__class__.__init__.__globals__}'.format(customer) }}",
    "{{ '{c.__class__}'.format_map({'c': customer}) }}",
    "{{ '%s' % customer }}",
    "{{ '%(x)s' % {'x': customer} }}",
    "{{ customer.format }}",
    "{{ 'a{x.__class__}'.format_map }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__.os }}",
    "{{ namespace.__init__.__globals__.os }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ lipsum.__globals__.__builtins__ }}",
    "{{ namespace(a=1) }}",
    "{% set n = namespace(a=1) %}{{ n.a }}",
    "{{ self._TemplateReference__context }}",
    "{{ self.__init__.__globals__.__builtins__ }}",
    "{{ loop.__class__ }}",
    "{{ caller() }}",
    "{{ varargs }}{{ kwargs.__class__ }}",
    "{{ parts.greeting.__class__ }}",
    "{{ parts.__class__.__init__.__globals__ }}",
    "{{ parts['greeting'](customer) }}",
    "{{ parts|attr('greeting') }}",
    "{{ parts.greeting(**customer) }}",
    "{{ parts.greeting(*customer) }}",
    "{{ parts.greeting(customer.__class__) }}",
    "{{ parts.greeting(''.__class__) }}",
    "{{ config }}{{ config.items() }}",
    "{{ request.application.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ url_for.__globals__ }}",
    "{{ environment }}{{ context.environment }}",
    "{{ ().__class__.__bases__[0].__subclasses__()[0] }}",
    "{{ {}.__class__.__mro__[1] }}",
    "{{ 1.0.__class__ }}",
    "{{ true.__class__ }}",
    "{{ none.__class__ }}",
    "{{ (customer for customer in [1]).gi_frame.f_globals }}",
    "{{ customer.gi_frame }}{{ customer.cr_frame }}{{ customer.ag_frame }}",
    "{{ customer.func_globals }}{{ customer.f_back }}{{ customer.tb_frame }}",
    "{{ dict(a=1).__class__ }}{{ dict(__class__=1) }}",
    "{{ [].append(1) }}",
    "{{ customer.replace('a', 'b') }}",
    "{{ undefined_thing.__class__ }}",
    "{% import customer as x %}{{ x }}",
    "{% from customer import x %}",
    "{% import '/etc/passwd' as x %}",
    "{% import '../../../etc/passwd' as x %}",
    "{% import ['_parts.j2', '/etc/passwd'] as x %}",
    "{% include '/etc/passwd' %}",
    "{% include ['/etc/passwd', '_parts.j2'] ignore missing %}",
    "{% include customer %}",
    "{% extends '/etc/passwd' %}",
    "{% if ''.__class__ %}x{% endif %}",
    "{% if customer.__class__ == 1 %}x{% endif %}",
    "{% if customer in customer.__class__ %}x{% endif %}",
    "{{ 'x' if ''.__class__ else 'y' }}",
    "{% set __class__ = customer %}",
    "{% set x %}{{ customer.__class__ }}{% endset %}",
    "{% with x = ''.__class__ %}{{ x }}{% endwith %}",
    "{% autoescape false %}{{ ''.__class__ }}{% endautoescape %}",
    "{% filter attr('__class__') %}x{% endfilter %}",
    "{% call(x) parts.greeting(customer) %}{{ x.__class__ }}{% endcall %}",
    "{% do customer.__class__ %}",
    "{% debug %}",
    "{% trans %}x{% endtrans %}",
    "{% raw %}{{ x }}{% endraw %}{{ ''.__class__ }}",
    "{{ customer._x }}",
    "{{ _parts }}",
    "{{ __builtins__ }}{{ __import__('os') }}",
]
"""What reaches for Python, for other files, or for the inside of Jinja2."""

BUSY = [
    "{% for x in range(10**9) %}{% endfor %}",
    "{% for x in range(999999) %}{% for y in range(999999) %}x{% endfor %}{% endfor %}",
    "{% for x in customer recursive %}{{ loop(customer) }}{% endfor %}",
    "{% for a in 'aaaaaaa' %}{% for b in 'aaaaaaa' %}{% for c in 'aaaaaaa' %}x{% endfor %}{% endfor %}{% endfor %}",
    "{{ 'x' * 999999999 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ '%0999999999d' % 1 }}",
    "{{ 'x'.center(999999999) }}",
    "{{ 'x'|center(999999999) }}",
    "{{ lipsum(n=99999) }}",
    "{{ (1, 2, 3) * 99999999 }}",
    "{{ range(99999999)|list }}",
    "{{ customer|batch(1)|list|tojson }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
    "{% import 'general.j2' as me %}{{ me }}",
    "{% include 'general.j2' %}",
    "{% extends 'general.j2' %}",
    "{{ 10 // 0 }}{{ 1 % 0 }}",
    "{{ 'a' 'b' ~ 'c' }}",
    "{{ -9 }}",
]
"""What takes long, grows, or calls itself."""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refusals(general: str, parts: str = PARTS) -> list[str]:
    Path("_parts.j2").write_text(parts, encoding="utf-8")
    Path("general.j2").write_text(general, encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        load_templates(Path())
    return str(raised.value).splitlines()


def test_the_same_files_without_an_escape_are_taken() -> None:
    Path("_parts.j2").write_text(PARTS, encoding="utf-8")
    Path("general.j2").write_text(f"{HEAD}{{{{ parts.greeting(customer) }}}}\n", encoding="utf-8")
    assert load_templates(Path()).render("general", {"customer": "Jane"}) == "Hello Jane,"


@pytest.mark.parametrize("escape", REACHING + BUSY)
def test_a_template_is_refused_with_its_line(escape: str) -> None:
    found = refusals(f"{HEAD}Dear {{{{ customer }}}},\n\n{escape}\n")
    assert any(problem.startswith("general.j2:9: ") for problem in found), found


@pytest.mark.parametrize("escape", REACHING + BUSY)
def test_a_shared_sentence_is_refused_with_its_line(escape: str) -> None:
    general = f"{HEAD}{{{{ parts.greeting(customer) }}}}\n"
    for parts in (f"{PARTS}{{% macro more(customer) %}}{escape}{{% endmacro %}}\n", f"{PARTS}{escape}\n"):
        assert any(problem.startswith("_parts.j2:3: ") for problem in refusals(general, parts))


@pytest.mark.parametrize("escape", REACHING + BUSY)
def test_a_value_that_holds_an_escape_is_only_text(escape: str) -> None:
    Path("_parts.j2").write_text(PARTS, encoding="utf-8")
    Path("general.j2").write_text(f"{HEAD}{{{{ parts.greeting(customer) }}}}\n", encoding="utf-8")
    assert load_templates(Path()).render("general", {"customer": escape}) == f"Hello {escape},"


HARMLESS = {
    "{{ '%s' % customer }}",
    "{{ '%(x)s' % {'x': customer} }}",
    "{{ customer.format }}",
    "{{ 'a{x.__class__}'.format_map }}",
    "{{ customer.replace('a', 'b') }}",
    "{% set x %}{{ customer.__class__ }}{% endset %}",
}
"""What the sandbox by itself may render: it reaches nothing but the text."""


@pytest.mark.parametrize("escape", [one for one in REACHING if one not in HARMLESS])
def test_the_sandbox_by_itself_gives_nothing_of_python_away(escape: str) -> None:
    try:
        shown = _sandbox().from_string(escape).render(customer="Jane")
    except (TemplateError, TypeError, ValueError, AttributeError):
        return
    assert not any(word in shown for word in ("class", "module", "function", "0x", "root:", "environment")), shown
