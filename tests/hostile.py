"""Strings that break naive pages: template code, markup, scripts, quotes, odd Unicode. Written for these tests."""

from __future__ import annotations

WRITTEN: tuple[str, ...] = (
    "{{ 7*7 }}",
    "{{7*'7'}}",
    "{{ cycler.__init__.__globals__.os.environ.update(dict(PWN=1|string)) }}",
    "{% set x = 1 %}",
    "{% include 'x' %}",
    "{# comment #}",
    "a {{ b",
    "50{% off",
    "}} {{",
    "${window.hacked=1}",
    "`${window.hacked=1}`",
    "`+(window.hacked=1)+`",
    "`); window.hacked=1; (`",
    "</script><script>window.hacked=1</script>",
    "</SCRIPT ><script>window.hacked=1</script>",
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "<svg onload=window.hacked=1>",
    "<iframe src='javascript:parent.hacked=1'></iframe>",
    '<a href="javascript:window.hacked=1">click</a>',
    "<style>*{display:none}</style>",
    "<!-- no end",
    "--><script>window.hacked=1</script>",
    "]]><script>window.hacked=1</script>",
    '"onmouseover=window.hacked=1 x="',
    "'onmouseover=window.hacked=1 x='",
    '"; window.hacked=1; //',
    "'; window.hacked=1; //",
    "\\'; window.hacked=1; //",
    "\\u003cscript\\u003ewindow.hacked=1\\u003c/script\\u003e",
    "&lt;script&gt;window.hacked=1&lt;/script&gt;",
    "&#60;b&#62;",
    "&amp;&amp",
    "%3Cscript%3Ewindow.hacked=1%3C/script%3E",
    "javascript:window.hacked=1",
    "url(javascript:window.hacked=1)",
    "expression(window.hacked=1)",
    "'; DROP TABLE segments; --",
    "../../../../etc/passwd",
    "\u202egnp.exe",
    "\ufeffmark",
    "\U0001f6a2 \u79fb\u52a8 \u0627\u0644\u0642\u0637\u0627\u0631",
    "a\u0301\u0302\u0303",
    "\\",
    "\\\\n\\t",
    "null",
    "undefined",
    "NaN",
    "*/ window.hacked=1 /*",
    "<b>bold</b> & \"quoted\" 'single' `tick`",
)

ACTS = ("window.hacked=1", "parent.hacked=1", "self['hacked']=1", "(hacked=1)", "alert(1)", "hacked\u003d1")
"""What a page that lets one of these run would do."""

WAYS = (
    "<script>{}</script>", "</title><script>{}</script>", "</style><script>{}</script>",
    "</textarea><script>{}</script>", "<img src=x onerror={}>", "<img/src=x/onerror={}//", "<svg/onload={}>",
    "<body onload={}>", "<details open ontoggle={}>", "<input autofocus onfocus={}>",
    "<video><source onerror={}></video>", "<marquee onstart={}>x</marquee>", "\"><svg onload={}>", "'><svg onload={}>",
    "`><svg onload={}>", "\" autofocus onfocus={} x=\"", "' autofocus onfocus={} x='", "${{{}}}", "`${{{}}}`",
    "\\`${{{}}}", "');{};('", "\");{};(\"", "`);{};(`", "*/{}/*", "//\\n{}", "<!--<script>{}</script>-->",
    "javascript:{}", "<a href=javascript:{}>x</a>", "<iframe srcdoc='<script>{}</script>'>",
    "<math><mtext><script>{}</script>",
)  # fmt: skip
"""Ways into HTML, attributes, scripts, template literals and comments; {} is where the act stands."""

TEMPLATES = (
    "{{ self._TemplateReference__context }}", "{{ ''.__class__.__mro__ }}", "{{ config }}", "{{ this.get_root() }}",
    "{{ kwargs }}", "{%- raw -%}", "{% endmacro %}", "{% macro script(this, kwargs) %}", "{{ 1/0 }}",
    "{{ undefined.x }}",
    "{% for x in range(9**9) %}", "{{ [].__class__ }}", "{{{{", "}}}}", "{%%}", "{# {{ 1 }} #}", "{{ '</script>' }}",
    "{{ lipsum.__globals__ }}", "{{ joiner }}", "{% extends 'x' %}",
)  # fmt: skip
"""What Jinja would run or stumble over."""

STRINGS: tuple[str, ...] = tuple(
    dict.fromkeys([*WRITTEN, *TEMPLATES, *(way.format(act) for way in WAYS for act in ACTS)])
)
