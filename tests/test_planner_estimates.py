"""Expected totals: each rate by its own integral, totals by hundreds of thousands of draws, ranges by one rule."""

from __future__ import annotations

import html
import itertools
import math

import drawn
import numpy as np
import pytest
import studies

import corridors
from corridors.studies.breakeven.question import BreakEvenQuestion, answer as broken_even
from corridors.studies.study import Run
from geodata import errors, records
from geodata.quantities import QUANTITIES
from maps import scene
from maps.page import facts
from planner.network import Network
from planner.price import estimates, quantiles, sampling
from planner.price.consignment import Consignment
from planner.price.route import Route
from planner.uncertainty import bands as spread, breakeven, formulas

SHIPPED = drawn.SHIPPED
NOT_DRAWN = {"net_load_t_per_teu"}
"""How many boxes a load takes is asked, not drawn."""

TEN = (
    ("Almaty", "Karachi"),
    ("Tashkent", "Poti"),
    ("Bishkek", "Gwadar"),
    ("Aktau", "Mersin"),
    ("Kabul", "Almaty"),
    ("Khorgos", "Bandar Abbas"),
    ("Dushanbe", "Karachi"),
    ("Urumqi", "Tehran"),
    ("Astana", "Istanbul"),
    ("Quetta", "Tashkent"),
)


@pytest.fixture(scope="module")
def routes(network: Network) -> list[Route]:
    """Thirty routes and more, by every mode, built and not."""
    found = [corridors.plan(network, *pair, count=3, include="proposed") for pair in TEN]
    return [*corridors.named(network).values(), *(route for plan in found for route in plan)]


def integrated(row: records.Rate) -> float:
    """The mean of a rate (of its reciprocal, where freight is divided by it), by 400,000 slices of equal chance."""
    count = 400_000
    middle = np.array([quantiles.NORMAL.inv_cdf(at) for at in ((np.arange(2000) + 0.5) / 2000).tolist()])
    fine = np.interp((np.arange(count) + 0.5) / count, (np.arange(2000) + 0.5) / 2000, middle)
    tails = np.array([quantiles.NORMAL.inv_cdf((at + 0.5) / count) for at in range(400)])
    fine[:400], fine[-400:] = tails, -tails[::-1]
    values = sampling.drawn(row, fine)
    return float(1.0 / np.mean(1.0 / values) if QUANTITIES[row.quantity].divisor else np.mean(values))


@pytest.mark.parametrize(
    "row", [row for row in SHIPPED.rates.rows if row.quantity not in NOT_DRAWN], ids=lambda row: " ".join(row.key)
)
def test_every_shipped_rate_has_the_mean_of_its_distribution(row: records.Rate) -> None:
    assert sampling.expected(row) == pytest.approx(integrated(row), rel=2e-3, abs=1e-12)


def rate(quantity: str, low: float, central: float, high: float) -> records.Rate:
    facts = {
        "quantity": quantity,
        "subject": "road",
        "scope": "region",
        "low": low,
        "central": central,
        "high": high,
        "source": ("own-estimate",),
        "confidence": "medium",
    }
    return records.Rate.model_validate(facts)


def test_means_by_hand() -> None:
    """A lognormal that meets both bounds has the mean exp(sigma squared / 2), and so has its reciprocal."""
    sigma = math.log(2) / quantiles.Z90
    mean = math.exp(sigma**2 / 2)
    assert sampling.expected(rate("fare_usd_per_t", 50, 100, 200)) == pytest.approx(100 * mean, rel=1e-12)
    assert sampling.expected(rate("speed_km_per_h", 25, 50, 100)) == pytest.approx(50 / mean, rel=1e-12)
    ten, half = math.log(10) / math.log(2), math.log(10 / 9) / math.log(2)  # an exponential has shape 1, mean 1 / ln 2
    assert sampling.expected(rate("border_h", half, 1.0, ten)) == pytest.approx(1 / math.log(2), rel=1e-9)
    assert sampling.expected(rate("border_h", 7, 7, 7)) == 7


def test_a_speed_that_may_be_nothing_has_no_expected_hours() -> None:
    with pytest.raises(errors.DataError, match="low of speed_km_per_h, road, region must lie above 0"):
        sampling.expected(rate("speed_km_per_h", 0, 50, 100))


def test_torugart_is_drawn_as_stated() -> None:
    """1 h, 12 h and 50 h are P10, P50 and P90, whoever draws."""
    values = sampling.sample(SHIPPED, [rate("border_h", 1, 12, 50)], 200_000, seed=4)
    assert np.percentile(values, (10, 50, 90)) == pytest.approx([1, 12, 50], rel=0.03)


def test_even_draws_are_those_of_a_latin_hypercube() -> None:
    normals = sampling.Normals(64)
    one, other = normals.stream("a"), normals.stream("b")
    assert np.array_equal(np.sort(one), np.sort(other)) and not np.array_equal(one, other)
    assert np.array_equal(one, sampling.Normals(64).stream("a"))
    assert [quantiles.NORMAL.cdf(value) for value in np.sort(one).tolist()] == pytest.approx((np.arange(64) + 0.5) / 64)


def test_legs_and_stops_add_up_to_the_expected_total(routes: list[Route]) -> None:
    assert len(routes) >= 30
    for route in routes:
        for name in ("time_h", "cost_usd", "co2e_kg"):
            parts = [*(leg.amounts for leg in route.legs), *(hub.amounts for hub in route.hubs)]
            summed = math.fsum(getattr(part, name) for part in parts)
            assert summed == pytest.approx(getattr(route, name), rel=1e-12, abs=1e-9)
            assert math.fsum(getattr(step.amounts, name) for step in route.steps) == pytest.approx(summed, rel=1e-12)


def test_expected_totals_are_the_means_of_draws(network: Network, routes: list[Route]) -> None:
    """20,000 random draws here; 200,000 in the slow tier."""
    _held_against_draws(network, routes, 20_000, mean=0.01, ends=0.03)


@pytest.mark.slow
def test_expected_totals_are_the_means_of_many_draws(network: Network, routes: list[Route]) -> None:
    _held_against_draws(network, routes, 200_000, mean=0.005, ends=0.02)


def _held_against_draws(network: Network, routes: list[Route], count: int, *, mean: float, ends: float) -> None:
    found = formulas.of_routes(network, routes)
    rows = sampling.sample(network.catalog, found.rates, count, seed=11)
    for by, name in (("time", "time_h"), ("cost", "cost_usd")):
        totals = found.values(by, rows)
        for route, column in zip(routes, totals.T, strict=True):
            assert getattr(route, name) == pytest.approx(column.mean(), rel=mean), (name, route.segment_ids)
            assert route.interval(name) == pytest.approx(tuple(np.percentile(column, (10, 90))), rel=ends)


def test_with_no_spread_the_expected_total_is_the_central_one(network: Network) -> None:
    sure = [breakeven.known_to_be(row, row.central) for row in network.catalog.rates.rows]
    certain = breakeven.with_rates(network, sure)
    for usual, known in zip(
        corridors.compare(network, "Almaty", "Karachi", central=True),
        corridors.compare(certain, "Almaty", "Karachi"),
        strict=True,
    ):
        assert known.id == usual.id
        for name in ("time_h", "cost_usd", "co2e_kg", "generalized_usd"):
            assert getattr(known.route, name) == pytest.approx(getattr(usual.route, name), rel=1e-12)
        assert known.route.interval("time_h") == pytest.approx((known.route.time_h, known.route.time_h))


def test_central_ranks_and_totals_by_central_values(network: Network) -> None:
    usual, central = (corridors.plan(network, "Almaty", "Karachi", central=each) for each in (False, True))
    for route in (*usual, *central):
        assert route.estimates["time_h_central"] == pytest.approx(route.priced_with("central").time_h)
        assert route.interval("time_h")[0] < route.time_h < route.interval("time_h")[1]
    assert all(route.time_h == route.estimates["time_h_central"] for route in central)
    assert all(route.time_h > route.estimates["time_h_central"] for route in usual)
    hours = [route.time_h for route in central]
    assert hours == sorted(hours)
    by_hand = Consignment.of(network.catalog, values="central")
    assert by_hand.value_of_time_usd_per_t_h == network.catalog.rates.get("value_of_time_usd_per_t_h", "general").value
    assert usual.request.as_dict()["central"] is False and central.request.as_dict()["central"] is True


def test_what_stands_beside_a_total_in_json(network: Network) -> None:
    answer = corridors.plan(network, "Almaty", "Karachi", count=1).as_dict()["routes"][0]
    for name, kind in itertools.product(("time_h", "cost_usd"), ("p10", "p90", "central")):
        assert answer["values"] == "expected" and answer[f"{name}_{kind}"] > 0
    assert answer["time_h_p10"] < answer["time_h_central"] < answer["time_h"] < answer["time_h_p90"]


@pytest.mark.parametrize(("start", "end"), TEN)
def test_ranges_agree_wherever_they_are_shown(
    network: Network, capsys: pytest.CaptureFixture[str], start: str, end: str
) -> None:
    """Of a ranking, a band, the draws of a break-even and a briefing: P10 and P90 within their sampling error."""
    compared = corridors.compare(network, start, end)
    ranked = studies.ask(capsys, "rank", start, end, "--draws", "4000", "--closure-chance", "0", "-f", "json").json
    by_segments = {tuple(row["segments"]): row for row in ranked["routes"]}
    page = html.unescape(facts.totals(scene.make(compared)))
    seen = 0
    for entry in compared:
        route = entry.route
        low, high = route.interval("time_h")
        assert f">{low:,.0f}\u2013{high:,.0f}<" in page
        assert spread.band(route)[-1] == (low, high)
        found = formulas.of_routes(network, [route])
        drawn_h = found.values("time", sampling.sample(network.catalog, found.rates, 4000, seed=1))[:, 0]
        assert (low, high) == pytest.approx(tuple(np.percentile(drawn_h, (10, 90))), rel=0.05)
        row = by_segments.get(route.segment_ids)
        if row is not None:
            seen += 1
            assert row["time_h"] == route.time_h
            assert (row["time_h_p10"], row["time_h_p90"]) == pytest.approx((low, high), rel=0.05)
    assert seen


def test_the_ties_of_a_break_even_are_drawn_as_a_ranking_draws(network: Network) -> None:
    """Of each draw the tie by hand: hours are a + b / speed for the lorry, and a number for the train."""
    asked = BreakEvenQuestion.model_validate(
        {"first": "ktap", "second": "qtta-kkh", "vary": "road-speed:PK", "draws": 3000, "seed": 7}
    )
    found = broken_even(network, asked, Run())
    pair = [corridors.named(network)[key] for key in ("ktap", "qtta-kkh")]
    read = formulas.of_routes(network, pair)
    column = read.column(("speed_km_per_h", "road", "PK"))
    assert column is not None
    rows = sampling.sample(network.catalog, read.rates, 3000, seed=7)
    slow, fast = rows.copy(), rows.copy()
    slow[:, column], fast[:, column] = 10.0, 20.0
    train_h, slow_h, fast_h = (
        read.values("time", rows)[:, 0],
        *(read.values("time", each)[:, 1] for each in (slow, fast)),
    )
    b = (slow_h - fast_h) / (1 / 10 - 1 / 20)
    ties = b / np.maximum(train_h - (slow_h - b / 10), 1e-9)
    (tie,) = found.body()["ties"]
    for name, percentile in (("p10", 10), ("p50", 50), ("p90", 90)):
        expected = np.percentile(np.where(ties > 90, np.inf, ties), percentile, method="inverted_cdf")
        assert tie["interval"][name] == pytest.approx(expected, rel=1e-6)


def test_rates_with_a_reading_of_their_own_keep_it() -> None:
    read = SHIPPED.rates.read_as("twice", lambda row: 2 * row.central)
    assert read.get("loading_h", "rail").value == 2 * SHIPPED.rates.get("loading_h", "rail").value
    assert estimates.rates(SHIPPED, "expected") is estimates.rates(SHIPPED, "expected")
