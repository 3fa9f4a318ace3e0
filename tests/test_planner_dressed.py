"""Routes as answers: none is made without its warnings, and all are made in one place."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import corridors
from planner import closure_costs as resilience, closures, dressed, request
from planner.network import Network
from planner.price import assemble
from planner.price.route import Priced, Route

ROOT = Path(__file__).parent.parent
FLOORS = ("geodata", "planner", "maps", "corridors")


@pytest.fixture(scope="module")
def chaman(network: Network) -> Route:
    """The road from Kandahar to Quetta, which passes Chaman."""
    return corridors.plan(network, "Kandahar", "Quetta", modes=("road",))[0]


def test_a_route_cannot_be_made_without_its_warnings(network: Network, chaman: Route) -> None:
    priced = assemble.route(network, chaman.consignment, chaman.nodes[0], chaman.segments)
    assert type(priced) is Priced and not hasattr(priced, "warnings")
    with pytest.raises(TypeError, match="missing 3 required keyword-only arguments: 'corridors', 'warnings', and 'clo"):
        Route(priced.legs, priced.hubs, priced.consignment, priced.priced_with)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'closures'"):
        Route(priced.legs, priced.hubs, priced.consignment, priced.priced_with, corridors=(), warnings=())  # type: ignore[call-arg]


def made_in(path: Path) -> list[str]:
    """The calls of a file that make a Route, or give one other warnings."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            changed = {keyword.arg for keyword in node.keywords} & {"warnings", "closures"}
            of_route = bool(node.args) and "route" in ast.unparse(node.args[0]).split(".")[-1]
            if name == "Route" or (name == "replace" and changed and of_route):
                found.append(ast.unparse(node))
    return found


def test_one_module_alone_makes_routes() -> None:
    places = {
        path.relative_to(ROOT).as_posix() for floor in FLOORS for path in (ROOT / floor).rglob("*.py") if made_in(path)
    }
    assert places == {"planner/dressed.py"}


def test_the_checker_sees_a_route_made_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(
        "import planner.price.route\nplanner.route.Route(1, 2, 3)\nreplace(route, warnings=())\nother(warnings=1)\n"
    )
    assert len(made_in(file)) == 2


def test_a_route_says_what_is_closed_on_it(chaman: Route) -> None:
    assert chaman.closure_rows() == [{"id": "pak_afg_chaman", "kind": "closed"}]
    assert chaman.as_dict()["closures"] == chaman.closure_rows()
    assert any(text.startswith("closed (pak_afg_chaman): ") for text in chaman.warnings)
    assert all(row["closures"] == ["pak_afg_chaman"] for row in chaman.leg_rows())


def test_what_is_open_after_all_is_a_warning_and_no_closure(network: Network) -> None:
    ids = {closure.id: closure for closure in network.catalog.closures.values() if closure.kind == "open"}
    assert ids
    for closure in ids.values():
        for target in closure.applies_to:
            for key in network.catalog.parts_of(target):
                segment = network.segments[key]
                asked = request.make(
                    network.catalog, segment.from_node, segment.to_node, modes=(segment.mode,), day=closure.from_date
                )
                (route,) = dressed.routes(network, asked, [(segment,)])
                assert all(row.kind != "open" for row in route.closures)


def test_the_day_of_the_question_counts(network: Network, chaman: Route) -> None:
    asked = request.make(network.catalog, "Kandahar", "Quetta", modes=("road",), day=date(2025, 1, 1))
    (before,) = dressed.routes(network, asked, [chaman.segments])
    assert before.closures == () and before.amounts == chaman.amounts


def test_a_line_that_opens_later_says_so_in_every_answer(network: Network) -> None:
    ktap = corridors.named(network)["ktap"]
    asked = request.make(network.catalog, "Almaty", "Karachi", as_of=2028)
    (route,) = dressed.routes(network, asked, [ktap.segments])
    late_km = sum(item.km for item in ktap.segments if item.id not in network.as_of(2028).segments)
    assert late_km > 0 and route.warnings[0] == f"not open in 2028 by central estimates: {late_km:,.0f} km"
    (route,) = dressed.routes(network, replace(asked, as_of=None), [ktap.segments])
    assert not any("not open" in text for text in route.warnings)


def test_routes_that_stand_in_for_others_have_their_warnings(network: Network) -> None:
    """Of every closure between Tashkent and Karachi: what the new best runs into, looked up on its own."""
    asked = request.make(network.catalog, "Tashkent", "Karachi")
    best = corridors.plan(network, "Tashkent", "Karachi", count=1)
    in_force = closures.by_segment(network.catalog, asked.day)
    met = 0
    for row in resilience.close_each(network, asked, resilience.on_routes(network, asked, best)):
        if row.route is not None:
            ids = {
                closure.id
                for item in row.route.segments
                for closure in in_force.get(item.id, ())
                if closure.kind != "open"
            }
            assert {closure.id for closure in row.route.closures} == ids
            assert all(any(f"({key})" in text for text in row.route.warnings) for key in ids)
            met += bool(ids)
    assert met >= 5
