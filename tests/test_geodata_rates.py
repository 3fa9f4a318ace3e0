"""Figures that people bring: what no quantity can be is refused, what it seldom is is said, and no plan fails on it."""

from __future__ import annotations

import math
from pathlib import Path

import drawn
import pydantic
import pytest
from hypothesis import given, settings, strategies as st

import corridors
from geodata import catalog, errors, records
from geodata.quantities import QUANTITIES, REGION
from geodata.read import tables

HEADER = "quantity,subject,scope,low,central,high,basis,source,confidence,note\n"
SHIPPED = drawn.SHIPPED
SUBJECTS = {key: SHIPPED.rates.subjects(key) or [row.subjects] for key, row in QUANTITIES.items()}


def row(quantity: str, central: object, *, low: object = "", high: object = "", subject: str = "") -> str:
    scope = REGION if REGION in QUANTITIES[quantity].scopes else "aktau-baku-ferry"
    return f"{quantity},{subject or SUBJECTS[quantity][0]},{scope},{low},{central},{high},,own-estimate,low,\n"


def codes(folder: Path, *rows: str) -> set[tuple[str, str]]:
    (folder / "rates.csv").write_text(HEADER + "".join(rows))
    _, problems = catalog.read(folder)
    return {(item.severity, item.code) for item in problems} - {("warning", "replaces")}


def test_every_quantity_has_ranges_that_hold_one_another() -> None:
    for quantity in QUANTITIES.values():
        for least, most in (quantity.usual, *quantity.usual_of.values()):
            assert quantity.possible[0] <= least < most <= quantity.possible[1]
        assert quantity.possible[0] >= 0
        assert math.isfinite(quantity.possible[1])
        assert quantity.possible[0] > 0 or not quantity.divisor
        assert set(quantity.usual_of) <= set(SUBJECTS[quantity.id])


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_figure_outside_its_range_is_an_error_and_one_at_its_ends_is_none(quantity: str, tmp_path: Path) -> None:
    least, most = QUANTITIES[quantity].possible
    assert ("error", "bad-value") in codes(tmp_path, row(quantity, -1))
    assert ("error", "impossible-rate") in codes(tmp_path, row(quantity, most * 1.001))
    assert ("error", "impossible-rate") in codes(tmp_path, row(quantity, least or 1, high=most * 2))
    if least:
        assert ("error", "impossible-rate") in codes(tmp_path, row(quantity, least * 0.999))
        assert ("error", "impossible-rate") in codes(tmp_path, row(quantity, "1e-308"))
        assert ("error", "not-positive") in codes(tmp_path, row(quantity, most, low=0))
    for value in (least, most):
        assert {severity for severity, _ in codes(tmp_path, row(quantity, value))} <= {"warning"}
    low, high = QUANTITIES[quantity].usual_of.get(SUBJECTS[quantity][0], QUANTITIES[quantity].usual)
    assert codes(tmp_path, row(quantity, (low + high) / 2, low=low, high=high)) == set()
    if high < most:
        assert codes(tmp_path, row(quantity, high + (most - high) / 2)) == {("warning", "implausible-rate")}


@pytest.mark.parametrize(
    "text",
    [
        "1_000",
        " 10",
        "10 ",
        "1 000",
        "1,5",
        "0x10",
        "١٠",
        "１０",
        "nan",
        "inf",
        "Infinity",
        "1e999",
        "--1",
        "1e",
        "ten",
        "\t10",
        "10\u00a0",
    ],
)
def test_what_is_no_plain_number_is_not_read_as_one(text: str, tmp_path: Path) -> None:
    for name in ("low", "central", "high"):
        values = {"central": "10", name: f'"{text}"'}
        assert ("error", "bad-value") in codes(tmp_path, row("port_h", **values)), name  # type: ignore[arg-type]


@pytest.mark.parametrize(("low", "central", "high"), [(20, 10, 30), (5, 10, 8), (12, 10, ""), ("", 10, 9), (9, 8, 7)])
def test_bounds_that_do_not_rise_are_an_error(low: object, central: object, high: object, tmp_path: Path) -> None:
    assert ("error", "wrong-order") in codes(tmp_path, row("port_h", central, low=low, high=high))


@pytest.mark.slow
@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("end", [0, 1])
def test_a_rate_that_passes_the_check_does_not_end_a_plan(quantity: str, end: int, tmp_path: Path) -> None:
    value = QUANTITIES[quantity].possible[end]
    rows = [row(quantity, value, subject=subject) for subject in SUBJECTS[quantity]]
    (tmp_path / "rates.csv").write_text(HEADER + "".join(rows))
    network = corridors.load(tmp_path)
    for by in ("time", "cost", "generalized", "co2e"):
        for route in corridors.plan(network, "Almaty", "Karachi", by=by, count=2):
            assert all(
                math.isfinite(amount) and amount >= 0 for amount in (route.time_h, route.cost_usd, route.co2e_kg)
            )
    assert list(corridors.compare(network, "Almaty", "Baku"))


@settings(max_examples=200)
@given(st.text(max_size=12))
def test_a_text_is_a_number_only_where_it_looks_like_one(text: str) -> None:
    read = tables._number(text)
    if isinstance(read, float):
        assert text.isascii()
        assert not any(char.isspace() or char == "_" for char in text)
        assert read == float(text)


WRONG_RECORDS = {
    "lat": (records.Node, {"id": "a", "name": "A", "country": "KZ", "kind": "city", "lon": 0.0, "lat": math.nan}),
    "length_km": (
        records.Segment,
        {
            "id": "a",
            "from": "b",
            "to": "c",
            "mode": "rail",
            "status": "planned",
            "length_km": 1e-300,
            "coordinates": ((0.0, 0.0), (1.0, 1.0)),
        },
    ),
    "opens_low": (
        records.Project,
        {
            "id": "a",
            "title": "A",
            "segments": (),
            "status": "planned",
            "opens_low": 20300,
            "source": ("s",),
            "confidence": "low",
        },
    ),
    "rise": (
        records.Project,
        {
            "id": "a",
            "title": "A",
            "segments": (),
            "status": "planned",
            "opens_low": 2040,
            "opens_central": 2030,
            "source": ("s",),
            "confidence": "low",
        },
    ),
    "capacity": (
        records.Capacity,
        {"on": "a", "capacity": math.inf, "unit": "t", "source": ("s",), "confidence": "low"},
    ),
    "low": (
        records.Parameter,
        {
            "section": "s",
            "name": "n",
            "low": math.nan,
            "unit": "h",
            "scope": "x",
            "source": ("s",),
            "confidence": "low",
        },
    ),
    "must rise": (
        records.Parameter,
        {
            "section": "s",
            "name": "n",
            "low": 3.0,
            "high": 2.0,
            "unit": "h",
            "scope": "x",
            "source": ("s",),
            "confidence": "low",
        },
    ),
    "high": (
        records.Rate,
        {
            "quantity": "port_h",
            "subject": "port",
            "scope": "region",
            "central": 1.0,
            "high": math.inf,
            "source": ("s",),
            "confidence": "low",
        },
    ),
}


@pytest.mark.parametrize("name", WRONG_RECORDS)
def test_no_record_holds_what_cannot_be_computed_with(name: str) -> None:
    record, values = WRONG_RECORDS[name]
    with pytest.raises(pydantic.ValidationError, match=name):
        record.model_validate(values)


def test_the_message_says_what_is_usual(tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text(HEADER + row("speed_km_per_h", "1e308", subject="rail"))
    with pytest.raises(errors.DataError, match=r"rates\.csv feature 0 .*central.*0\.5 to 1200"):
        catalog.load(tmp_path)
