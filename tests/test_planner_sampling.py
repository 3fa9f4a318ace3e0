"""Draws of rates: the distributions meet low, central and high; what is one draw; what correlates; the same bytes."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import drawn as drawings
import numpy as np
import pytest

import corridors
from geodata import errors, records
from geodata.quantities import QUANTITIES
from planner.network import Network
from planner.price import quantiles, sampling
from planner.price.quantiles import Z90
from planner.price.sampling import SIGMA
from planner.uncertainty import reliability, switches

SHIPPED = drawings.SHIPPED
ENDS = np.array([-Z90, 0.0, Z90])


def rate(quantity: str, low: float | None, central: float, high: float | None, **more: object) -> records.Rate:
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
    return records.Rate.model_validate(facts | more)


def test_every_quantity_has_a_family() -> None:
    standing = {"transshipment_h", "loading_h", "unloading_h", "yard_wait_h_per_km", "port_call_h", "airport_h"}
    for row in QUANTITIES.values():
        assert row.family == ("gamma" if row.correlates or row.id in standing else "lognormal"), row.id


@pytest.mark.parametrize("row", SHIPPED.rates.rows, ids=lambda row: " ".join(row.key))
def test_every_shipped_rate_meets_its_low_central_and_high(row: records.Rate) -> None:
    low, high = sampling.bounds(row)
    assert sampling.drawn(row, ENDS) == pytest.approx([low, row.central, high], rel=1e-9, abs=1e-12)
    rising = sampling.drawn(row, np.linspace(-8, 8, 400))
    assert (np.diff(rising) >= -1e-12 * max(row.central, 1.0)).all()
    assert np.isfinite(rising).all()
    assert (rising >= 0).all()


@pytest.mark.parametrize(
    ("quantity", "low", "central", "high"),
    [
        ("speed_km_per_h", 42, 50, 58),
        ("border_h", 6, 42, 95),
        ("border_h", 6, 12, 120),
        ("wait_h", 12, 36, 120),
    ],
)
def test_measured_percentiles(quantity: str, low: float, central: float, high: float) -> None:
    values = sampling.sample(SHIPPED, [rate(quantity, low, central, high)], 100_000, seed=3)
    assert np.percentile(values, (10, 50, 90)) == pytest.approx([low, central, high], rel=0.03)


def test_a_bound_that_is_not_stated_is_as_wide_as_the_confidence() -> None:
    assert sampling.bounds(rate("border_h", None, 10.0, None, confidence="low")) == pytest.approx(
        (10 / math.exp(SIGMA["low"] * Z90), 10 * math.exp(SIGMA["low"] * Z90))
    )
    low, high = sampling.bounds(rate("border_h", 4.0, 10.0, None, confidence="high"))
    assert (low, high) == pytest.approx((4.0, 10 * math.exp(SIGMA["high"] * Z90)))


def test_the_assumptions_about_spread_are_these() -> None:
    """A rate of medium confidence without bounds lies 8 times in 10 within 0.774 and 1.292 times its central value."""
    assert pytest.approx(quantiles.NORMAL.inv_cdf(0.9), rel=1e-15) == Z90
    assert (sampling.BAND, sampling.RHO) == ((10.0, 90.0), 0.5)
    ceilings = {key: row.ceiling for key, row in QUANTITIES.items() if row.ceiling is not None}
    assert ceilings == {"duty_share": 1.0}
    by_hand = {"high": (0.8797, 1.1367), "medium": (0.7739, 1.2921), "low": (0.6386, 1.5660)}
    for confidence, ends in by_hand.items():
        known = sampling.bounds(rate("border_h", None, 1.0, None, confidence=confidence))
        assert known == pytest.approx(ends, abs=1e-4)
    assert {key for key, row in QUANTITIES.items() if row.correlates} == {"border_h", "gauge_h", "port_h", "wait_h"}


def test_hours_over_a_share_that_is_cut_off_by_hand() -> None:
    """Cut off at the median all upper draws are it; at 1.5 times it, by adding up 200,000 slices of equal chance."""
    sigma = math.log(2) / Z90
    lower = math.exp(sigma**2 / 2) * quantiles.NORMAL.cdf(sigma)
    assert quantiles.mean_reciprocal(5, 10, 20, 10) == pytest.approx(lower + 0.5, rel=1e-12)
    chances = ((np.arange(200_000) + 0.5) / 200_000).tolist()
    values = np.minimum(10 * np.exp(sigma * np.array([quantiles.NORMAL.inv_cdf(each) for each in chances])), 15.0)
    assert quantiles.mean_reciprocal(5, 10, 20, 15) == pytest.approx(10 * np.mean(1 / values), rel=1e-4)


def test_lognormal_by_hand() -> None:
    """Symmetric bounds are one lognormal: exp(sigma z)."""
    at = np.linspace(-3, 3, 25)
    sigma = math.log(2) / Z90
    assert quantiles.factors("lognormal", 5, 10, 20, at) == pytest.approx(np.exp(sigma * at))


@pytest.mark.parametrize("shape", [1, 2, 5, 40])
def test_gamma_against_the_closed_form_of_whole_shapes(shape: int) -> None:
    """P(k, x) = 1 - exp(-x) (1 + x + ... + x^(k-1) / (k-1)!) for a whole k; its quantiles by bisection."""

    def quantile(probability: float) -> float:
        low, high = 0.0, 100.0
        for _ in range(200):
            x = (low + high) / 2
            below = 1 - math.exp(-x) * sum(x**power / math.factorial(power) for power in range(shape))
            low, high = (x, high) if below < probability else (low, x)
        return low

    ends = [quantile(each) for each in (0.1, 0.5, 0.9)]
    assert quantiles.gamma_shape(ends[2] / ends[1]) == pytest.approx(shape, rel=1e-6)
    assert quantiles.gamma_shape(ends[0] / ends[1]) == pytest.approx(shape, rel=1e-6)
    at = np.array([-2.5, -1.0, -0.3, 0.4, 1.0, 2.0, 3.0])
    expected = [quantile(0.5 * math.erfc(-z / math.sqrt(2))) for z in at]
    assert quantiles.factors("gamma", *ends, at) * ends[1] == pytest.approx(expected, rel=2e-4)


def test_a_gamma_of_numpy_has_the_same_percentiles() -> None:
    shape = 2.4
    many = np.random.default_rng(1).gamma(shape, size=400_000)
    low, middle, high = np.percentile(many, (10, 50, 90))
    at = np.array([-2.0, -0.5, 0.5, 2.0])
    shares = [50 * math.erfc(-z / math.sqrt(2)) for z in at]
    drawn = quantiles.factors("gamma", low, middle, high, at) * middle
    assert drawn == pytest.approx(np.percentile(many, shares), rel=0.02)


def test_a_low_of_nothing_is_nothing_in_a_tenth_of_the_draws() -> None:
    values = sampling.sample(SHIPPED, [rate("yard_wait_h_per_km", 0.0, 0.012, 0.03)], 20_000, seed=1)[:, 0]
    assert np.mean(values == 0) == pytest.approx(0.1, abs=0.01)
    assert sampling.drawn(rate("port_fee_usd_per_teu", None, 0.0, None), ENDS).tolist() == [0, 0, 0]


def test_a_lorry_never_moves_more_than_24_hours_a_day() -> None:
    values = sampling.sample(SHIPPED, [rate("duty_share", 0.55, 0.75, 1.0)], 5000, seed=1)
    assert values.max() == 1.0


def test_no_spread_is_the_central_value_and_the_spread_scales() -> None:
    rows = SHIPPED.rates.rows
    central = [row.central for row in rows]
    assert (sampling.sample(SHIPPED, rows, 3, seed=9, spread=0) == np.array([central] * 3)).all()
    one = rate("speed_km_per_h", 25, 50, 100)
    single, double = (sampling.sample(SHIPPED, [one], 500, seed=9, spread=each) / 50 for each in (1, 2))
    assert double == pytest.approx(single**2)


def test_same_seed_same_bytes_and_a_rate_is_drawn_alike_whatever_else_is() -> None:
    rows = SHIPPED.rates.rows
    one, again = (sampling.sample(SHIPPED, rows, 50, seed=4) for _ in range(2))
    assert one.tobytes() == again.tobytes()
    assert one.tobytes() != sampling.sample(SHIPPED, rows, 50, seed=5).tobytes()
    few = [rows[at] for at in (100, 3, 130)]
    assert (sampling.sample(SHIPPED, few, 50, seed=4) == one[:, [100, 3, 130]]).all()
    assert (
        sampling.switches(["a", "b"], [0.3, 0.7], 9, seed=1).tobytes()
        == sampling.switches(["a", "b"], [0.3, 0.7], 9, seed=1).tobytes()
    )


def test_borders_correlate_by_the_countries_they_share() -> None:
    """The normals are got back from the ranks; AF-PK twice: rho; AF-PK and AF-TM: half of it; AZ-GE: nothing."""
    known = SHIPPED.rates
    rows = [
        known.get("border_h", "road", scope).rate
        for scope in ("torkham-peshawar-road", "chaman-spin_boldak-road", "AF-TM", "KZ-UZ")
    ]
    assert [sampling.countries(SHIPPED, row) for row in rows[:2]] == [("AF", "PK"), ("PK", "AF")] or all(
        set(sampling.countries(SHIPPED, row)) == {"AF", "PK"} for row in rows[:2]
    )
    values = sampling.sample(SHIPPED, rows, 40_000, seed=2)
    ranks = values.argsort(axis=0).argsort(axis=0) / len(values)
    found = 2 * np.sin(np.pi / 6 * np.corrcoef(ranks.T))  # of the normals, by Spearman's coefficient of a copula
    assert found[0, 1] == pytest.approx(sampling.RHO, abs=0.02)
    assert found[0, 2] == pytest.approx(sampling.RHO / 2, abs=0.02)
    assert found[0, 3] == pytest.approx(0.0, abs=0.02)
    for column, row in enumerate(rows):  # and the percentiles are those of each rate still
        low, high = sampling.bounds(row)
        ends = np.percentile(values[:, column], (10, 50, 90))
        assert ends == pytest.approx([low, row.central, high], rel=0.04)


def test_speeds_do_not_correlate_with_each_other() -> None:
    rows = [SHIPPED.rates.get("speed_km_per_h", "rail", scope).rate for scope in ("KZ", "UZ")]
    values = sampling.sample(SHIPPED, rows, 20_000, seed=2)
    assert np.corrcoef(values.T)[0, 1] == pytest.approx(0.0, abs=0.03)


@pytest.mark.parametrize(
    ("count", "seed", "spread", "words"),
    [
        (0, 1, 1.0, "draws"),
        (200_001, 1, 1.0, "draws"),
        (10, -1, 1.0, "seed"),
        (10, 1, -0.1, "spread"),
        (10, 1, math.nan, "spread"),
        (10, 1, math.inf, "spread"),
    ],
)
def test_what_cannot_be_drawn_is_refused(count: int, seed: int, spread: float, words: str) -> None:
    with pytest.raises(errors.RequestError, match=words):
        sampling.sample(SHIPPED, [], count, seed=seed, spread=spread)


def test_the_ends_of_what_can_be_drawn_are_drawn() -> None:
    one = rate("speed_km_per_h", 25, 50, 100)
    assert sampling.sample(SHIPPED, [one], 1, seed=0, spread=5.0).shape == (1, 1)
    for count, seed, spread in ((0, 0, 5.0), (1, -1, 5.0), (1, 0, 5.000001)):
        with pytest.raises(errors.RequestError):
            sampling.sample(SHIPPED, [one], count, seed=seed, spread=spread)
    sampling.check(200_000, 0, 0.0)


def test_each_switch_is_a_draw_of_its_own() -> None:
    found = sampling.switches(["one", "other"], [0.5, 0.5], 40_000, seed=1)
    assert found.dtype == bool
    assert (found[:, 0] & found[:, 1]).mean() == pytest.approx(0.25, abs=0.01)


def test_even_draws_of_two_names_do_not_correlate() -> None:
    """Nor with the order of their slices; 4,096 draws in an order of chance have 0.016 as standard deviation of it."""
    normals = sampling.Normals(sampling.EVEN)
    streams = np.array([np.sort(normals.stream("0")), *(normals.stream(str(at)) for at in range(12))])
    found = np.corrcoef(streams) - np.eye(13)
    assert abs(found).max() < 0.07
    steps = np.corrcoef(streams[1:, :-1], streams[1:, 1:])[:12, 12:]
    assert abs(steps).max() < 0.07


def test_how_borders_correlate_can_be_asked_for() -> None:
    rows = [
        SHIPPED.rates.get("border_h", "road", f"{key}-road").rate for key in ("torkham-peshawar", "chaman-spin_boldak")
    ]
    for rho in (0.0, 0.9):
        values = sampling.sample(SHIPPED, rows, 20_000, seed=2, rho=rho)
        ranks = values.argsort(axis=0).argsort(axis=0)
        assert 2 * np.sin(np.pi / 6 * np.corrcoef(ranks.T)[0, 1]) == pytest.approx(rho, abs=0.03)


def test_switches_are_on_as_often_as_they_should() -> None:
    found = sampling.switches(["never", "rare", "always"], [0.0, 0.2, 1.0], 40_000, seed=1)
    assert found.mean(axis=0) == pytest.approx([0.0, 0.2, 1.0], abs=0.01)


def test_closures_with_no_known_end_are_switches_and_the_rest_is_said(network: Network) -> None:
    routes = [corridors.named(network)[key] for key in ("ktap", "salang-road", "qtta-kkh")]
    day = SHIPPED.data_date
    found, left = switches.on_routes(network, routes, day)
    (event,) = found
    assert (event.id, event.chance, event.low, event.high) == ("pak_afg", 0.2, 0.1, 0.5)
    assert event.closures == ("pak_afg_chaman", "pak_afg_torkham")
    assert event.routes == (0, 1)
    assert any("torugart_winter" in row.text and "seasonal" in row.text for row in left)
    assert switches.on_routes(network, routes, day, chance=1.0)[0][0].chance == 1.0
    for key, row in switches.EVENTS.items():
        assert key in SHIPPED.closures
        assert reliability.parameter(SHIPPED, row.parameter).central is not None


def test_a_closure_without_a_chance_is_not_drawn_unless_one_is_asked_for(network: Network) -> None:
    known = SHIPPED.closures["pak_afg_chaman"].model_copy(update={"id": "of-my-own"})
    other = Network.of(replace(network.catalog, closures={known.id: known}))
    routes = [corridors.named(network)["ktap"]]
    found, left = switches.on_routes(other, routes, SHIPPED.data_date)
    assert found == ()
    assert [row.text for row in left] == [
        "of-my-own is not drawn: no source gives it a chance; closure_chance gives it one"
    ]
    assert not left[0].shuts
    assert [row.id for row in switches.on_routes(other, routes, SHIPPED.data_date, chance=0.4)[0]] == ["of-my-own"]
    ended = known.model_copy(update={"to_date": SHIPPED.data_date})
    other = Network.of(replace(network.catalog, closures={known.id: ended}))
    found, left = switches.on_routes(other, routes, SHIPPED.data_date, chance=0.4)
    assert found == ()
    assert "it has an end" in left[0].text
    assert (left[0].shuts, left[0].until, left[0].routes) == (True, str(SHIPPED.data_date), (0,))


def with_parameters(network: Network) -> Network:
    return Network.of(replace(network.catalog, parameters=SHIPPED.parameters))


def test_reliability_by_hand() -> None:
    """Road a - b - c through KZ, UZ, TM: one leg of 0.2, two borders of 0.8 that share UZ, loading and unloading."""
    network = with_parameters(drawings.network("KZ:a --100-- UZ:b --100-- TM:c"))
    (route,) = corridors.plan(network, "a", "c", count=1)
    found = reliability.of_route(network, route)
    moving_h = sum(leg.amounts.time_h for leg in route.legs)
    hours = {}
    for hub in route.hubs:
        hours[hub.node, hub.operation, hub.detail] = hub.amounts.time_h
    one, other = (value for key, value in hours.items() if key[1] == "border_crossing")
    rest = [value for key, value in hours.items() if key[1] != "border_crossing"]
    variance = (0.2 * moving_h) ** 2 + sum((0.8 * value) ** 2 for value in (one, other, *rest))
    variance += 2 * sampling.RHO / 2 * 0.8**2 * one * other
    assert found.sd_h == pytest.approx(math.sqrt(variance))
    load = route.consignment
    assert found.cost_usd == pytest.approx(0.8 * load.value_of_time_usd_per_t_h * load.tonnes * found.sd_h)


def test_roads_in_afghanistan_are_rough_and_rail_is_not_road() -> None:
    for drawing, cv in (("AF:a --100-- AF:b", 0.4), ("KZ:a --100-- KZ:b", 0.2), ("KZ:a ==100== KZ:b", 0.3)):
        network = with_parameters(drawings.network(drawing))
        (route,) = corridors.plan(network, "a", "b", count=1)
        ends = [0.8 * hub.amounts.time_h for hub in route.hubs]
        expected = math.hypot(cv * route.legs[0].amounts.time_h, *ends)
        assert reliability.of_route(network, route).sd_h == pytest.approx(expected)


def test_every_parameter_of_reliability_is_stated() -> None:
    names = (
        *(mode.link_varies_as for mode in SHIPPED.modes.values() if mode.link_varies_as),
        reliability.OTHER_LINKS,
        *(mode.border_varies_as for mode in SHIPPED.modes.values() if mode.border_varies_as),
        *reliability.HUBS.values(),
        reliability.OTHER_HUBS,
        reliability.RATIO,
    )
    for name in names:
        stated = reliability.parameter(SHIPPED, name)
        assert stated.section == "7 Reliability"
    with pytest.raises(errors.DataError, match=r"cv\.link\.moon"):
        reliability.parameter(SHIPPED, "cv.link.moon")


def test_a_border_belongs_to_both_sides_and_a_port_to_its_country() -> None:
    known = SHIPPED.rates
    pairs = {
        ("border_h", "road", "KZ-UZ"): {"KZ", "UZ"},
        ("border_h", "road", "torkham-peshawar-road"): {"AF", "PK"},
        ("border_h", "road", "aghstafa-tbilisi-road:AZ-GE"): {"AZ", "GE"},
        ("port_h", "port", "aktau"): {"KZ"},
        ("wait_h", "ferry", "region"): set(),
    }
    by_key = {row.key: row for row in known.rows}
    for key, owners in pairs.items():
        assert set(sampling.countries(SHIPPED, by_key[key])) == owners
    assert all(len(each) == 2 for each in itertools.chain.from_iterable(pairs.values()))
