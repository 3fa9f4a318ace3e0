"""A measure of somebody else's: one row in MEASURES, and it comes out in every answer."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import studies

import corridors
from geodata import records
from geodata.rates import Rates
from planner.network import Network
from planner.price.consignment import Consignment
from planner.price.measures import MEASURES, Measure

USD_PER_TKM = 0.002
USD_AT_A_BORDER = 3.0


def _of_segment(segment: records.Segment, rates: Rates, load: Consignment) -> float:
    return segment.km * load.tonnes * USD_PER_TKM


def _of_operation(operation: str, rates: Rates, load: Consignment) -> float:
    return USD_AT_A_BORDER * load.teu if operation == "border_crossing" else 0.0


INSURANCE = Measure(
    "insurance",
    "insurance_usd",
    "insurance",
    "USD",
    "insurance, USD",
    ranged=True,
    chart="Insurance over distance",
    of_segment=_of_segment,
    of_operation=_of_operation,
)


@pytest.fixture(scope="module")
def insured() -> Iterator[Network]:
    """The shipped network, priced anew with insurance."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(MEASURES, "insurance", INSURANCE)
        yield corridors.load()


def test_it_adds_up_over_segments_and_borders(insured: Network) -> None:
    for route in corridors.plan(insured, "Almaty", "Karachi", tonnes=40):
        km = math.fsum(segment.km for segment in route.segments)
        borders = sum(hub.operation == "border_crossing" for hub in route.hubs)
        usd = km * 40 * USD_PER_TKM + borders * USD_AT_A_BORDER * route.consignment.teu
        assert route.value("insurance") == pytest.approx(usd)
        assert route.as_dict()["insurance_usd"] == route.value("insurance")
        assert route.interval("insurance_usd") == pytest.approx((usd, usd))  # no rate that is drawn is in it
        assert math.fsum(leg["insurance_usd"] for leg in route.as_dict()["legs"]) == pytest.approx(
            km * 40 * USD_PER_TKM
        )


def test_routes_are_sought_by_it(insured: Network) -> None:
    best = corridors.plan(insured, "Almaty", "Karachi", by="insurance", count=1)[0]
    assert best.value("insurance") <= min(
        corridors.plan(insured, "Almaty", "Karachi", by=by, count=1)[0].value("insurance")
        for by in ("distance", "cost")
    )


ENDS = ("Almaty", "Karachi")
COMMANDS = [
    ("plan", *ENDS),
    ("plan", *ENDS, "--by", "insurance"),
    ("plan", *ENDS, "--pareto", "insurance,time"),
    ("compare", *ENDS),
    ("show", "ktap"),
    ("list",),
    ("why", "ktap", "iti"),
    ("rank", *ENDS, "--draws", "200"),
    ("rank", *ENDS, "--draws", "200", "--by", "insurance"),
    ("breakeven", "ktap", "iti", "--by", "insurance"),
    ("timeline", *ENDS, "--by", "insurance", "--to", "2030"),
    ("gateways", "Almaty", "--by", "insurance", "--market", "Jebel Ali"),
    ("closures", *ENDS),
    ("cargo", *ENDS),
    (
        *("segment", "effect", "--from", "zaranj", "--to", "zahedan", "--mode", "rail", "--gauge", "1435"),
        *("--status", "planned", "--opens", "2032", "--place", "almaty", "--place", "karachi", "--place", "kandahar"),
    ),
]


@pytest.mark.usefixtures("insured")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_tells_it(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    found = studies.ask(capsys, *command, "-f", "json")
    assert found.code == 0, found.said
    assert "insurance" in json.dumps(found.json)
    table = studies.ask(capsys, *command)
    assert table.code == 0, table.said
    assert "insurance" in table.out


@pytest.mark.usefixtures("insured")
def test_maps_charts_briefings_and_files_tell_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, chart, lines = tmp_path / "map.html", tmp_path / "chart.svg", tmp_path / "routes.gpx"
    asked = ("compare", *ENDS, "--map", str(page), "--chart", str(chart), "-o", str(lines))
    assert studies.ask(capsys, *asked).code == 0
    assert "Insurance over distance" in page.read_text(encoding="utf-8")
    assert page.read_text(encoding="utf-8").count("insurance, USD") > 3
    assert "insurance" in lines.read_text(encoding="utf-8") or " USD, " in lines.read_text(encoding="utf-8")
    briefing = tmp_path / "brief.html"
    assert studies.ask(capsys, "brief", *ENDS, "-o", str(briefing)).code == 0
    assert "insurance" in briefing.read_text(encoding="utf-8")
