"""One row a quantity: a foreign one is checked, read, drawn, varied and shown with its unit without another change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pydantic
import pytest
from typer.testing import CliRunner

import corridors
from corridors.cli import main
from geodata import catalog, records
from geodata.quantities import QUANTITIES, Quantity, Word
from planner.price import links, sampling
from planner.uncertainty import variables

INSURANCE = "insurance_usd_per_teu"
HEADER = "quantity,subject,scope,low,central,high,basis,source,confidence,note\n"


@pytest.fixture
def insurance(monkeypatch: pytest.MonkeyPatch) -> Quantity:
    row = Quantity(
        id=INSURANCE,
        title="insurance of a TEU on a segment",
        unit="USD a box",
        subjects="mode",
        scopes=("region", "segment"),
        possible=(0, 500),
        usual=(0, 50),
        family="lognormal",
        ceiling=60.0,
        words=(Word(word="premium", range=(0, 400), why="ten times the dearest; own assumption"),),
    )
    monkeypatch.setitem(QUANTITIES, INSURANCE, row)
    return row


def own(tmp_path: Path, *rows: str) -> Path:
    (tmp_path / "rates.csv").write_text(HEADER + "".join(f"{INSURANCE},{row},,own-estimate,low,\n" for row in rows))
    return tmp_path


def test_a_foreign_quantity_is_unknown_without_its_row(tmp_path: Path) -> None:
    _, problems = catalog.read(own(tmp_path, "rail,region,10,20,40"))
    assert [item.code for item in problems] == ["unknown-quantity"]


def test_a_foreign_quantity_is_checked(tmp_path: Path, insurance: Quantity) -> None:
    rows = ("rail,region,10,20,40", "rail,KZ,10,20,40", "ski,region,1,2,3", "road,region,1,2,600", "air,region,1,2,70")
    _, problems = catalog.read(own(tmp_path, *rows))
    assert [(item.code, item.field, item.value) for item in problems] == [
        ("unknown-scope", "scope", "KZ"),
        ("unknown-subject", "subject", "ski"),
        ("impossible-rate", "high", "600.0"),
        ("implausible-rate", "high", "70.0"),
    ]


def test_a_foreign_quantity_is_read_and_drawn(tmp_path: Path, insurance: Quantity) -> None:
    facts = catalog.load(own(tmp_path, "rail,region,10,20,40"))
    rate = facts.rates.get(INSURANCE, "rail", "ktap").rate
    values = sampling.sample(facts, [rate], 100_000, seed=1)[:, 0]
    assert np.percentile(values, (10, 50)) == pytest.approx([10, 20], rel=0.02)
    assert values.max() == 60.0
    assert sampling.expected(rate) == pytest.approx(
        sampling.expected(rate.model_copy(update={"quantity": "port_h"})), rel=0.1
    )


def test_a_foreign_quantity_that_a_price_reads_is_varied_and_shown(
    tmp_path: Path, insurance: Quantity, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = links.amounts

    def insured(segment: records.Segment, rates, consignment):  # type: ignore[no-untyped-def]
        found = plain(segment, rates, consignment)
        premium = rates.get(INSURANCE, segment.mode, segment.facts_id)
        return replace(found, cost_usd=found.cost_usd + premium.value * consignment.teu)

    monkeypatch.setattr(links, "amounts", insured)
    rows = [f"{mode},region,10,20,40" for mode in ("rail", "road", "ferry", "sea", "air")]
    folder = own(tmp_path, *rows)
    arguments = ["breakeven", "ktap", "qtta-kkh", "--vary", "rail-premium", "--by", "cost", "--data", str(folder)]
    said = CliRunner().invoke(main.app, [*arguments, "-f", "json"])
    assert said.exit_code == 0, said.output
    assert '"USD a box"' in said.stdout
    text = CliRunner().invoke(main.app, arguments).stdout
    assert "USD a box" in text
    facts = catalog.load(folder)
    rate = facts.rates.get(INSURANCE, "rail").rate
    assert variables.name(rate) == "rail-premium"


def test_a_row_that_cannot_be_is_refused(insurance: Quantity) -> None:
    facts = insurance.model_dump()
    for wrong in (
        {"possible": (5, 1)},
        {"divisor": True},
        {"scopes": ("moon",)},
        {"family": "normal"},
        {"colour": "red"},
    ):
        with pytest.raises(pydantic.ValidationError):
            Quantity.model_validate({**facts, **wrong})


def test_the_catalog_has_the_rows_the_planner_goes_by() -> None:
    assert corridors.load().catalog.table("quantities") == QUANTITIES


@pytest.mark.parametrize("row", QUANTITIES.values(), ids=QUANTITIES)
def test_the_unit_is_what_the_name_ends_on(row: Quantity) -> None:
    ends = {
        "_km_per_h": "km/h",
        "_share": "share of 24 h",
        "_h_per_km": "h/km",
        "_usd_per_t_h": "USD/t h",
        "_usd_per_tkm": "USD/tkm",
        "_usd_per_teu_km": "USD/TEU-km",
        "_usd_per_teu": "USD/TEU",
        "_usd_per_t": "USD/t",
        "_co2e_g_per_tkm": "g CO2e/tkm",
        "_co2e_kg_per_t": "kg CO2e/t",
        "_t_per_teu": "t/TEU",
        "_h": "h",
    }
    assert row.unit == next(unit for end, unit in ends.items() if f"_{row.id}".endswith(end))
