"""The shipped facts, the user's folder over them, and the network-wide checks."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import drawn
import pytest

from geodata import catalog, checks, errors
from geodata.globe import borders, geodesy
from geodata.own import editing
from geodata.own.drafts import DraftLine, Drafts

SHIPPED = drawn.SHIPPED


def folder(tmp_path: Path, *segments: dict[str, Any], nodes: list[dict[str, Any]] | None = None) -> Path:
    (tmp_path / "segments.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": segments}))
    if nodes:
        (tmp_path / "nodes.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": nodes}))
    return tmp_path


def segment(start: str, end: str, **properties: Any) -> dict[str, Any]:
    ends = [list(SHIPPED.nodes[key].position) for key in (start, end)]
    return {
        "type": "Feature",
        "id": f"own-{start}-{end}",
        "geometry": {"type": "LineString", "coordinates": ends},
        "properties": {"from": start, "to": end, "mode": "rail", "gauge_mm": 1520, "status": "proposed", **properties},
    }


def test_everything_is_shipped() -> None:
    assert len(SHIPPED.nodes) >= 340
    assert len(SHIPPED.segments) >= 561
    assert len(SHIPPED.corridors) == 14
    assert len(SHIPPED.parameters) == 280
    assert len(SHIPPED.projects) == 19
    assert len(SHIPPED.closures) == 22
    assert len(SHIPPED.capacities) == 30
    assert sum(len(node.names) for node in SHIPPED.nodes.values()) >= 577
    assert {item.mode for item in SHIPPED.segments.values()} == set(SHIPPED.modes)


def test_every_fact_has_a_known_source_and_a_confidence() -> None:
    rows = [
        *SHIPPED.nodes.values(),
        *SHIPPED.segments.values(),
        *SHIPPED.corridors.values(),
        *SHIPPED.projects.values(),
        *SHIPPED.closures.values(),
        *SHIPPED.capacities,
        *SHIPPED.parameters,
        *SHIPPED.rates.rows,
        *SHIPPED.reference_lengths,
    ]
    for row in rows:
        assert row.source, row
        assert set(row.source) <= set(SHIPPED.sources), row
        assert row.confidence in ("high", "medium", "low")
    names = [(node.id, name) for node in SHIPPED.nodes.values() for name in node.names]
    assert all(name.source in SHIPPED.sources for _, name in names)


def test_no_source_is_kept_that_no_fact_uses() -> None:
    used = {key for row in SHIPPED.segments.values() for key in row.source}
    used |= {key for row in SHIPPED.nodes.values() for key in (*row.source, *(name.source for name in row.names))}
    for table in (SHIPPED.corridors, SHIPPED.projects, SHIPPED.closures):
        used |= {key for row in table.values() for key in row.source}
    for rows in (SHIPPED.capacities, SHIPPED.parameters, SHIPPED.rates.rows, SHIPPED.reference_lengths):
        used |= {key for row in rows for key in row.source}
    assert set(SHIPPED.sources) - used == {"own-statement"}  # that of segments which users add without naming one


def test_every_rate_rests_on_known_parameters_or_says_it_is_assumed() -> None:
    known = {row.name for row in SHIPPED.parameters}
    for rate in SHIPPED.rates.rows:
        assert set(rate.basis) <= known, rate.key
        assert rate.basis or rate.confidence == "low", rate.key
        assert rate.low is None or rate.low <= rate.central, rate.key
        assert rate.high is None or rate.high >= rate.central, rate.key


def test_the_shipped_data_has_no_errors_and_one_known_warning() -> None:
    """A railway of Soviet times that weaves over a border without a stop; one crossing is charged on it."""
    found = [(item.severity, item.code, item.feature_id) for item in checks.check()]
    assert found == [("warning", "many-borders", "urgench-turkmenabat-rail")]


def test_unbuilt_lines_have_a_project_or_are_air() -> None:
    in_projects = {key for project in SHIPPED.projects.values() for key in project.segments}
    for key, item in SHIPPED.segments.items():
        if item.status != "operational" and item.mode != "air":
            assert key in in_projects, key
            assert SHIPPED.opens_year[key] >= 2026


def test_country_km_is_what_the_borders_cut() -> None:
    for item in SHIPPED.segments.values():
        again = borders.country_km(
            item.coordinates, item.km, km_under=SHIPPED.modes[item.mode].km_under, declared=item.countries
        )
        assert item.country_km == pytest.approx(again, abs=0.01), item.id


def test_a_line_through_two_countries_is_split_by_the_border_not_by_halves() -> None:
    # Shymkent (KZ) to Tashkent (UZ) along one meridian step: the border lies far beyond the middle
    line = [(69.6, 42.31), (69.22, 41.26)]
    shares = borders.country_km(line, 100.0, km_under="countries", declared=("KZ", "UZ"))
    assert sum(shares.values()) == pytest.approx(100.0)
    assert shares["KZ"] > 75
    assert borders.country_km(line, 100.0, km_under="countries") == pytest.approx(shares)


def test_baikonur_is_in_kazakhstan_and_the_caspian_in_no_country() -> None:
    assert borders.country_at((63.305, 45.965)) == "KZ"
    assert borders.country_at((51.0, 42.0)) == ""
    assert borders.country_at((66.99, 24.95)) == "PK"


def test_ferries_and_sea_lines_keep_to_the_water() -> None:
    import shapely

    land = shapely.union_all(list(borders.polygons().values()))
    for item in SHIPPED.segments.values():
        if item.mode not in ("sea", "ferry") or item.id in ("van-tatvan-ferry", "suez-port_said-sea"):
            continue  # Lake Van and the Suez Canal lie inside the country polygons
        # searoute's lanes come in to quays up creeks (Port Qasim) and through the canal
        more_km = (40 if "searoute" in item.source else 0) + (170 if "suez" in item.straits else 0)
        steps = [
            pair for pair in itertools.pairwise(item.coordinates) if abs(pair[0][0] - pair[1][0]) < 180
        ]  # date line
        ashore_km = sum(
            geodesy.length_km(list(part.coords))
            for part in shapely.get_parts(shapely.MultiLineString(steps).intersection(land))
            if part.geom_type == "LineString"
        )
        assert ashore_km < max(0.03 * item.km, 12) + more_km, item.id


@pytest.mark.parametrize("segment_id", sorted(SHIPPED.segments))
def test_a_length_is_not_below_the_great_circle(segment_id: str) -> None:
    item = SHIPPED.segments[segment_id]
    direct_km = geodesy.distance_km(SHIPPED.nodes[item.from_node].position, SHIPPED.nodes[item.to_node].position)
    assert item.km >= 0.98 * direct_km - 1.0


def test_a_users_segment_is_measured_and_cut_at_the_borders(tmp_path: Path) -> None:
    own = catalog.load(folder(tmp_path, segment("herat", "zaranj")))
    added = own.segments["own-herat-zaranj"]
    direct_km = geodesy.distance_km(own.nodes["herat"].position, own.nodes["zaranj"].position)
    assert added.km == pytest.approx(1.2 * direct_km)
    assert added.evidence == "measured"
    assert added.countries == ("AF",)
    assert own.sha256 != SHIPPED.sha256
    assert len(own.segments) == len(SHIPPED.segments) + 1


def test_all_errors_of_a_folder_come_together(tmp_path: Path) -> None:
    bad = [
        segment("herat", "zaranj", mode="maglev", gauge_mm=None),
        {**segment("herat", "zaranj", gauge_mm=None), "id": "no-gauge"},
        {**segment("herat", "zaranj", mode="road"), "id": "needless"},
        {**segment("herat", "zaranj", to="atlantis"), "id": "nowhere"},
    ]
    with pytest.raises(errors.DataError) as caught:
        catalog.load(folder(tmp_path, *bad))
    assert [item.code for item in caught.value.problems] == [
        "unknown-mode",
        "missing-gauge",
        "needless-gauge",
        "unknown-node",
    ]


def test_a_duplicate_id_and_a_replaced_one(tmp_path: Path) -> None:
    own = segment("herat", "zaranj")
    _, problems = catalog.read(folder(tmp_path, own, own))
    assert [item.code for item in problems] == ["duplicate-id"]
    _, problems = catalog.read(folder(tmp_path, {**own, "id": "herat-shindand-rail"}))
    assert [(item.severity, item.code) for item in problems] == [("warning", "replaces")]


def test_an_id_that_stands_in_two_files_of_one_folder(tmp_path: Path) -> None:
    own = segment("herat", "zaranj")
    folder(tmp_path, own)
    (tmp_path / "segments").mkdir()
    more = json.dumps({"type": "FeatureCollection", "features": [own]})
    (tmp_path / "segments" / "more.geojson").write_text(more)
    _, problems = catalog.read(tmp_path)
    assert [(item.code, Path(item.file).name, item.feature_index) for item in problems] == [
        ("duplicate-id", "more.geojson", 0)
    ]
    assert "segments.geojson feature 0" in problems[0].message


def test_a_problem_names_the_file_and_the_feature(tmp_path: Path) -> None:
    good = {**segment("herat", "zaranj", source=["geonames"]), "id": "good"}
    for bad, code in (({"to": "atlantis"}, "unknown-node"), ({"length_km": 10.0}, "below-great-circle")):
        found = checks.check(folder(tmp_path, good, segment("herat", "kandahar", **bad)))
        (problem,) = [item for item in found if item.code == code]
        assert (problem.file, problem.feature_index) == (str(tmp_path / "segments.geojson"), 1)


def test_a_check_of_a_folder_tells_only_what_the_folder_brings(tmp_path: Path) -> None:
    assert checks.check(folder(tmp_path, segment("herat", "zaranj", source=["geonames"]))) == []


IMPOSSIBLE = {
    "many-borders": segment("herat", "karachi", mode="road", gauge_mm=None, countries=["AF", "IR", "PK"]),
    "unknown-country": segment("herat", "karachi", countries=["AF", "XX"]),
    "country-km": segment("herat", "zaranj", country_km={"AF": 3.0}),
}


@pytest.mark.parametrize("code", IMPOSSIBLE)
def test_a_segment_that_cannot_be_measured_is_an_error(tmp_path: Path, code: str) -> None:
    found, problems = catalog.read(folder(tmp_path, IMPOSSIBLE[code]))
    assert found is None
    assert [(item.severity, item.code) for item in problems] == [("error", code)]


def test_a_length_without_a_basis_counts_as_assumed(tmp_path: Path) -> None:
    own = catalog.load(folder(tmp_path, segment("herat", "zaranj", length_km=500.0)))
    assert own.segments["own-herat-zaranj"].evidence == "assumed"


@pytest.mark.parametrize("header", ["", "quantity,quantity,subject", "quantity,,subject"])
def test_a_table_needs_a_header(tmp_path: Path, header: str) -> None:
    (tmp_path / "rates.csv").write_text(f"{header}\na,b,c\n")
    _, problems = catalog.read(tmp_path)
    assert "error" in {item.severity for item in problems}


@pytest.mark.parametrize("text", ["closure = [3]", "x = " + "9" * 5000, "x = " + "[" * 5000 + "]" * 5000, "\x00"])
def test_a_wild_table_is_a_problem_and_no_traceback(tmp_path: Path, text: str) -> None:
    (tmp_path / "closures.toml").write_text(text)
    found, problems = catalog.read(tmp_path)
    assert found is None
    assert all(item.file.endswith("closures.toml") for item in problems)


def test_a_problem_is_safe_on_a_terminal() -> None:
    problem = errors.Problem("error", "x", "m", value="\x1b[2J\u202eabc")
    assert "\x1b" not in str(problem)
    assert "\u202e" not in str(problem)


def test_a_folder_that_is_missing_or_holds_nothing(tmp_path: Path) -> None:
    with pytest.raises(errors.FileAccessError, match="no such folder"):
        catalog.load(tmp_path / "none")
    (tmp_path / "notes.txt").write_text("x")
    assert {item.code for item in checks.check(tmp_path)} == {"unknown-file", "empty-folder"}


CHECKED = {
    "below-great-circle": (segment("herat", "zaranj", length_km=100.0, source=["geonames"]), "error"),
    "long-detour": (segment("herat", "zaranj", length_km=1500.0, source=["geonames"]), "warning"),
    "missing-source": (segment("herat", "zaranj"), "warning"),
    "unknown-source": (segment("herat", "zaranj", source=["hearsay"]), "warning"),
    "duplicate": (segment("herat", "shindand", length_km=140.0, source=["geonames"]), "warning"),
    "countries-of-ends": (segment("herat", "zaranj", countries=["AF", "IR"], source=["geonames"]), "warning"),
}


@pytest.mark.parametrize("code", CHECKED)
def test_the_checks_find(tmp_path: Path, code: str) -> None:
    feature, severity = CHECKED[code]
    found = checks.check(folder(tmp_path, feature))
    assert (severity, code) in [(item.severity, item.code) for item in found]
    assert {item.feature_id for item in found} == {feature["id"]}


def test_an_end_off_its_place(tmp_path: Path) -> None:
    feature = segment("herat", "zaranj", source=["geonames"])
    feature["geometry"]["coordinates"][0][0] += 1.0
    assert ("error", "end-off-node") in [(item.severity, item.code) for item in checks.check(folder(tmp_path, feature))]


def test_an_island_and_a_place_outside_its_country(tmp_path: Path) -> None:
    place = {
        "type": "Feature",
        "id": "farland",
        "geometry": {"type": "Point", "coordinates": [66.0, 48.0]},
        "properties": {"name": "Farland", "country": "IR", "kind": "city", "source": ["geonames"]},
    }
    found = checks.check(folder(tmp_path, nodes=[place]))
    assert {item.code for item in found} == {"island", "outside-country"}


def test_frames() -> None:
    nodes, segments = SHIPPED.frames()
    assert (len(nodes), len(segments)) == (len(SHIPPED.nodes), len(SHIPPED.segments))
    assert segments.crs.to_epsg() == 4326
    assert segments.loc["saryagash-tashkent-rail", "length_km"] == 32.3


def test_seasonal_and_dated_closures() -> None:
    from datetime import date

    winter = SHIPPED.closures["salang_winter"]
    assert winter.in_force(date(2026, 1, 5))
    assert winter.in_force(date(2026, 11, 1))
    assert not winter.in_force(date(2026, 6, 1))
    shut = SHIPPED.closures["torkham_feb2025"]
    assert shut.in_force(date(2025, 3, 19))
    assert not shut.in_force(date(2025, 3, 20))
    assert SHIPPED.closures["pak_afg_torkham"].in_force(date(2040, 1, 1))


RATES_HEADER = "quantity,subject,scope,low,central,high,basis,source,confidence,note\n"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("speed_km_per_h,rail,KZ,,0,,,own-estimate,low,", "not-positive"),
        ("speeed_km_per_h,rail,KZ,,10,,,own-estimate,low,", "unknown-quantity"),
        ("speed_km_per_h,rial,KZ,,10,,,own-estimate,low,", "unknown-subject"),
        ("gauge_h,1000-1520,region,,10,,,own-estimate,low,", "unknown-subject"),
        ("border_h,rail,atlantis-rail,,10,,,own-estimate,low,", "unknown-scope"),
        ("border_h,rail,saryagash-tashkent-rail:XX-YY,,10,,,own-estimate,low,", "unknown-scope"),
        ("port_h,port,karachi,20,10,30,,own-estimate,low,", "wrong-order"),
        ("port_h,port,karachi,,-1,,,own-estimate,low,", "bad-value"),
        ("port_h,port,karachi,,nan,,,own-estimate,low,", "bad-value"),
        ("loading_h,road,KZ,,10,,,own-estimate,low,", "unknown-scope"),
        ("time_h,rail,region,,10,,,own-estimate,low,", "unknown-scope"),
        ("carbon_price_usd_per_t,co2e,KZ,,10,,,own-estimate,low,", "unknown-scope"),
        ("port_h,port,karachi,,10 h,,,own-estimate,low,", "bad-value"),
        ("port_h,port,karachi,,,,,own-estimate,low,", "missing-field"),
        ("port_h,port,karachi,,10,,,own-estimate,certain,", "bad-value"),
        ("port_h,port", "wrong-width"),
    ],
)
def test_a_wrong_rate_is_an_error(tmp_path: Path, row: str, code: str) -> None:
    (tmp_path / "rates.csv").write_text(RATES_HEADER + row + "\n")
    catalog_, problems = catalog.read(tmp_path)
    assert catalog_ is None
    assert code in {item.code for item in problems if item.severity == "error"}


def test_an_own_rate_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text(RATES_HEADER + "port_h,port,karachi,5,10,20,,own-estimate,low,mine\n")
    assert catalog.load(tmp_path).rates.get("port_h", "port", "karachi").value == 10.0
    assert SHIPPED.rates.get("port_h", "port", "karachi").value == 72.0


CLOSURE = (
    '[[closure]]\nid = "x"\napplies_to = ["almaty-otar-rail"]\nkind = "closed"\nreason = "r"\nsource = ["ap"]\n'
    'confidence = "low"\n'
)
CORRIDOR = (
    '[[corridor]]\nid = "x"\ntitle = "X"\norigin = "almaty"\nmodes = ["rail"]\nneeds_status = "planned"\n'
    'source = ["ap"]\nconfidence = "low"\n'
)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("closures.toml", CLOSURE + "from_date = 2027-01-01\nto_date = 2026-01-01\n", "lies before"),
        ("closures.toml", CLOSURE + 'from_day = "11-01"\n', "both from_day and to_day"),
        ("closures.toml", CLOSURE + 'from_day = "13-45"\nto_day = "02-30"\n', "MM-DD"),
        ("closures.toml", CLOSURE, "needs from_date"),
        (
            "closures.toml",
            CLOSURE.replace("almaty-otar-rail", "nowhere") + "from_date = 2027-01-01\n",
            "not in the data",
        ),
        ("closures.toml", "from = 3\n", "only [[closure]]"),
        ("closures.toml", "[[closure]\n", "Expected"),
        ("corridors.toml", CORRIDOR + 'destination = "gwadar"\nvia = ["almaty", "karachi"]\n', "first via node"),
        ("corridors.toml", CORRIDOR + 'destination = "mars"\nvia = ["almaty", "mars"]\n', "not in the data"),
        ("modes.toml", '[[mode]]\nid = "x"\ntitle = "x"\n', "Field required"),
    ],
)
def test_a_wrong_entry_is_an_error(tmp_path: Path, file: str, text: str, message: str) -> None:
    (tmp_path / file).write_text(text)
    found, problems = catalog.read(tmp_path)
    assert found is None
    assert any(message in str(item) for item in problems), [str(item) for item in problems]


def test_a_mode_without_rates_is_found_by_the_check(tmp_path: Path) -> None:
    mode = (
        'title = "pipe"\nhas_gauge = false\nterminal = "land"\narea = "land"\ndefault = true\ndetour_factor = 1.1\n'
        'line = "solid"\nkm_under = "countries"\ncrosses_borders = true\nhas_junctions = true\n'
    )
    (tmp_path / "modes.toml").write_text(f'[[mode]]\nid = "pipe"\n{mode}')
    folder(tmp_path, segment("herat", "zaranj", mode="pipe", gauge_mm=None, source=["geonames"]))
    missing = [item for item in checks.check(tmp_path) if item.code == "missing-rate"]
    assert {item.feature_id for item in missing} == {"pipe"}
    assert len(missing) == 7


DATA_FILES = (
    "nodes.geojson",
    "segments.geojson",
    "segments/mine.geojson",
    "modes.toml",
    "corridors.toml",
    "closures.toml",
    "projects.toml",
    "sources.toml",
    "gateways.toml",
    "markets.toml",
    "straits.toml",
    "splits.toml",
    "rates.csv",
    "additions.geojson",
)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


NO_DATA: dict[str, Callable[[Path], object]] = {
    "null": lambda path: path.write_text("null"),
    "list": lambda path: path.write_text("[]"),
    "text": lambda path: path.write_text('"x"'),
    "nothing": lambda path: path.write_text(""),
    "blank": lambda path: path.write_text(" \n"),
    "folder": lambda path: path.mkdir(),
    "pipe": os.mkfifo,
    "device": _device,
    "link to nowhere": lambda path: path.symlink_to("nowhere"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "not UTF-8": lambda path: path.write_bytes(b"\xff\xfe\x00"),
}


@pytest.mark.parametrize("what", NO_DATA)
@pytest.mark.parametrize("file", DATA_FILES)
def test_what_stands_in_the_place_of_a_data_file_is_an_error_that_names_it(
    file: str, what: str, tmp_path: Path
) -> None:
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    NO_DATA[what](path)
    wrong = [item for item in checks.check(tmp_path) if item.severity == "error"]
    assert wrong
    assert {item.file for item in wrong} == {str(path)}
    with pytest.raises(errors.DataError, match=path.name):
        catalog.load(tmp_path)


@pytest.mark.parametrize("what", ["pipe", "device", "folder", "link to nowhere", "not UTF-8", "null"])
def test_nothing_is_written_over_what_is_no_file_of_additions(what: str, tmp_path: Path) -> None:
    path = tmp_path / "additions.geojson"
    NO_DATA[what](path)
    drafts = Drafts((DraftLine({"from": "herat", "to": "zaranj", "mode": "road", "length_km": 480.0}),))
    for change in (
        lambda: editing.add(tmp_path, drafts),
        lambda: editing.remove(tmp_path, ["x"]),
        lambda: editing.propose(tmp_path, drafts),
    ):
        with pytest.raises((errors.DataError, errors.FileAccessError), match="additions"):
            change()
    assert os.path.lexists(path)
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_may_not_be_read_is_not_an_empty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> list[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("geodata.catalog.Path.iterdir", refuse)
    with pytest.raises(errors.FileAccessError, match="Permission denied"):
        catalog.load(tmp_path)


def drawn_line(tmp_path: Path, course: list[list[float]], **properties: Any) -> Path:
    """A road between two places of its own at the ends of a course, each in the country it lies in."""
    ends = {"own_a": course[0], "own_b": course[-1]}
    nodes = [
        {
            "type": "Feature",
            "id": key,
            "geometry": {"type": "Point", "coordinates": at},
            "properties": {"name": key, "country": borders.country_at((at[0], at[1])), "kind": "junction"},
        }
        for key, at in ends.items()
    ]
    line = {
        "type": "Feature",
        "id": "own",
        "geometry": {"type": "LineString", "coordinates": course},
        "properties": {"from": "own_a", "to": "own_b", "mode": "road", "status": "planned", **properties},
    }
    return folder(tmp_path, line, nodes=nodes)


OVER_KG = [[76.9, 43.2], [76.9, 41.9], [79.5, 42.9]]
"""From Kazakhstan over Kyrgyzstan back to Kazakhstan."""


def test_a_line_that_comes_back_to_a_country_crosses_two_borders(tmp_path: Path) -> None:
    assert borders.in_order([(lon, lat) for lon, lat in OVER_KG]) == ("KZ", "KG", "KZ")
    found, problems = catalog.read(drawn_line(tmp_path, OVER_KG))
    assert found is None
    assert [(item.code, item.value) for item in problems] == [("many-borders", "KZ, KG, KZ")]
    assert "2 borders" in problems[0].message


def test_a_line_that_crosses_one_border_has_its_countries_in_its_own_order(tmp_path: Path) -> None:
    there = catalog.load(drawn_line(tmp_path, OVER_KG[:2])).segments["own"]
    assert (there.countries, there.crossing, list(there.country_km)) == (("KZ", "KG"), ("KZ", "KG"), ["KZ", "KG"])
    back = catalog.load(drawn_line(tmp_path, OVER_KG[1::-1])).segments["own"]
    assert back.countries == ("KG", "KZ")
    assert back.country_km == pytest.approx(there.country_km, rel=1e-6)
    inside = catalog.load(drawn_line(tmp_path, [[76.9, 43.2], [76.9, 44.2]])).segments["own"]
    assert (inside.countries, inside.crossing) == (("KZ",), None)


def test_a_line_that_crosses_a_border_more_often_than_it_states_is_told(tmp_path: Path) -> None:
    course = [[76.9, 43.2], [76.9, 42.3], [77.9, 43.2], [77.9, 42.0]]
    assert borders.in_order([(lon, lat) for lon, lat in course]) == ("KZ", "KG", "KZ", "KG")
    told = checks.check(drawn_line(tmp_path, course, countries=["KZ", "KG"]))
    found = next(item for item in told if item.code == "many-borders")
    assert (found.severity, "3 times (KZ, KG, KZ, KG)" in found.message) == ("warning", True)


@pytest.mark.parametrize("stated", [["KZ"], ["KG"], ["KG", "KZ"]])
def test_a_border_cannot_be_stated_away_or_turned_round(stated: list[str], tmp_path: Path) -> None:
    with pytest.raises(errors.DataError, match=r'countries-of-ends.*state \["KZ", "KG"\]') as caught:
        catalog.load(drawn_line(tmp_path, OVER_KG[:2], countries=stated))
    assert [item.field for item in caught.value.problems] == ["countries"]
    assert catalog.load(drawn_line(tmp_path, OVER_KG[:2], countries=["KZ", "KG"])).segments["own"].crossing


def test_a_place_on_the_border_counts_for_its_own_country(tmp_path: Path) -> None:
    """Tashkent and Saryagash lie 20 km apart; a straight line between two places has a border wherever it is drawn."""
    found = catalog.load(folder(tmp_path, segment("saryagash", "tashkent"))).segments["own-saryagash-tashkent"]
    assert found.countries == ("KZ", "UZ")


@pytest.mark.parametrize(("short_km", "severity"), [(0.04, None), (0.3, "warning"), (9.0, "error")])
def test_every_length_below_the_great_circle_is_found(short_km: float, severity: str | None, tmp_path: Path) -> None:
    direct_km = geodesy.distance_km(SHIPPED.nodes["herat"].position, SHIPPED.nodes["zaranj"].position)
    told = checks.check(folder(tmp_path, segment("herat", "zaranj", length_km=direct_km - short_km)))
    found = [item.severity for item in told if item.code == "below-great-circle"]
    assert found == ([severity] if severity else [])


def test_a_line_along_a_border_between_places_on_its_two_sides_has_one_border_and_a_warning(tmp_path: Path) -> None:
    course = [[76.9, 43.2], [76.9, 42.3], [77.9, 43.2], [77.9, 42.0]]
    own = drawn_line(tmp_path, course)
    assert catalog.load(own).segments["own"].countries == ("KZ", "KG")
    assert "many-borders" in {item.code for item in checks.check(own) if item.severity == "warning"}
