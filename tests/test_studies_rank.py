"""The robust ranking: against the plain comparison, by hand on tiny networks, through the command line."""

from __future__ import annotations

import html
import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import drawn as drawings
import hostile
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

import corridors
from corridors.answers import text as exports
from corridors.cli import main as cli
from corridors.studies import study
from corridors.studies.rank import question as rank
from corridors.studies.rank.answer import Ranking, RankQuestion
from corridors.studies.study import Run
from corridors.studies.table import STUDIES
from geodata import errors, records
from maps.escape import escape
from maps.figures import intervals, write as figures
from planner.network import Network
from planner.price.measures import MEASURES

RAIL_OR_ROAD = """
    KZ:a ==150== KZ:b ==150== UZ:c
    a --400-- KZ:d --400-- c
"""

SHORT_AND_LONG = """
    KZ:a --100-- KZ:b --100-- UZ:c
    a --120-- KZ:d --120-- c
"""


def tiny(drawing: str = SHORT_AND_LONG, *, title: str = "Corridor", name: str = "A", **facts: Any) -> Network:
    """A drawing with the corridors ``short`` by way of b and ``long`` by way of d, and the shipped parameters."""
    catalog = drawings.network(drawing).catalog
    ways = {"short": ("a", "b", "c"), "long": ("a", "d", "c")}
    named = {
        key: records.Corridor(
            id=key,
            title=f"{title} {key}",
            origin="a",
            destination="c",
            modes=("road", "rail"),
            needs_status="planned",
            via=via,
            source=("own-estimate",),
            confidence="low",
        )
        for key, via in ways.items()
    }
    nodes = {**catalog.nodes, "a": catalog.nodes["a"].model_copy(update={"name": name})}
    more: dict[str, Any] = {"corridors": named, "nodes": nodes, "parameters": drawings.SHIPPED.parameters, **facts}
    return Network.of(replace(catalog, **more))


def closure(segment: str) -> dict[str, records.Closure]:
    return {
        "strike": records.Closure(
            id="strike",
            applies_to=(segment,),
            kind="closed",
            from_date=drawings.SHIPPED.data_date,
            reason="strike",
            source=("own-estimate",),
            confidence="low",
        )
    }


def ranked(network: Network, **options: Any) -> Ranking:
    asked = {"origin": "a", "destination": "c", "draws": 400, **options}
    return rank.answer(network, RankQuestion.model_validate(asked), Run())


def by_id(found: Ranking) -> dict[str, Any]:
    return {row.entry.id: row for row in found.rows}


@pytest.fixture(scope="module")
def karachi(network: Network) -> Ranking:
    return ranked(network, origin="Almaty", destination="Karachi", draws=2000)


def test_no_spread_and_no_closures_is_the_comparison(network: Network) -> None:
    found = ranked(
        network, origin="Almaty", destination="Karachi", spread=0, closure_chance=0, routes=1, different=1, draws=7
    )
    compared = corridors.compare(network, "Almaty", "Karachi")
    assert set(by_id(found)) == {entry.id for entry in compared}
    for entry in compared:
        row, same = by_id(found)[entry.id], entry.route.priced_with("central")
        for key in MEASURES:
            if key in row.bands:
                band = row.bands[key]
                assert band.p10 == band.p50 == band.p90 == pytest.approx(band.total, rel=1e-12)
        assert row.bands["time"].p50 == pytest.approx(same.time_h, rel=1e-12)
        assert row.bands["cost"].p50 == pytest.approx(entry.route.estimates["cost_usd_central"], rel=1e-12)
        assert row.available == 1
    least = min(compared, key=lambda entry: entry.route.estimates["time_h_central"])
    assert found.rows[0].entry.id == least.id
    assert [row.chance for row in found.rows] == [1.0] + [0.0] * (len(compared) - 1)
    assert found.rows[0].largest_regret == 0


def test_the_same_seed_gives_the_same_bytes() -> None:
    network = tiny(RAIL_OR_ROAD)
    one, again, other = (ranked(network, seed=seed) for seed in (1, 1, 2))
    row = STUDIES["rank"]
    assert study.text(row, one.question, one) == study.text(row, again.question, again)
    assert one.rows[0].bands != other.rows[0].bands


def test_chances_add_up_and_regret_is_what_it_is(karachi: Ranking) -> None:
    assert sum(row.chance for row in karachi.rows) == pytest.approx(1 - karachi.nothing, abs=1e-12)
    assert sum(row.chance_built or 0.0 for row in karachi.rows) == pytest.approx(1.0, abs=1e-12)
    for row in karachi.rows:
        assert (row.chance_built is None) == (row.entry.route.unbuilt_km > 0)
        band = row.bands["time"]
        assert band.p10 <= band.p50 <= band.p90
        assert 0 <= row.mean_regret <= row.largest_regret
        assert row.reliable_usd == row.bands["generalized"].total + row.reliability.cost_usd
    assert karachi.rows[0].chance == max(row.chance for row in karachi.rows)


def test_the_best_of_a_draw_has_no_regret() -> None:
    network, winners = tiny(RAIL_OR_ROAD), set()
    for seed in range(8):
        found = ranked(network, draws=1, seed=seed)
        best, other = found.rows
        winners.add(best.entry.id)
        assert (best.chance, best.largest_regret) == (1.0, 0.0)
        assert other.largest_regret == pytest.approx(other.bands["time"].p50 - best.bands["time"].p50)
        assert other.largest_regret == other.mean_regret
    assert winners == {"short", "long"}


def test_a_rate_that_corridors_share_never_changes_their_order() -> None:
    """The same border, the same roads, 200 and 240 km: whatever is drawn, the short one is the best."""
    found = by_id(ranked(tiny(), draws=2000, spread=3))
    assert (found["short"].chance, found["long"].chance) == (1.0, 0.0)
    assert found["short"].largest_regret == 0
    assert found["long"].mean_regret > 0


def test_equal_corridors_share_the_chance() -> None:
    found = by_id(ranked(tiny("KZ:a --100-- KZ:b --100-- UZ:c\n a --100-- KZ:d --100-- c")))
    assert (found["short"].chance, found["long"].chance) == (0.5, 0.5)


def test_chances_by_hand() -> None:
    inf = np.inf
    values = np.array([[1.0, 2.0, 3.0], [2.0, 2.0, 9.0], [inf, inf, inf], [inf, inf, 5.0]])
    assert rank.chances_of_best(values).tolist() == [1.5 / 4, 0.5 / 4, 1 / 4]


def test_a_crossing_that_is_surely_shut_takes_its_corridors_out() -> None:
    network = tiny(closures=closure("a-b-road"))
    found = ranked(network, closure_chance=1)
    short, long = by_id(found)["short"], by_id(found)["long"]
    assert (short.available, short.chance, short.mean_regret, short.bands["time"].p50) == (0.0, 0.0, None, None)
    assert (long.available, long.chance, long.largest_regret) == (1.0, 1.0, 0.0)
    assert found.evidence.winner == "long"
    texts = {text.get_text() for axes in found.figure().axes for text in axes.texts}
    assert "cannot be used in any draw" in texts


def test_a_crossing_that_is_shut_at_times() -> None:
    found = ranked(tiny(closures=closure("a-b-road")), closure_chance=0.25, draws=20_000)
    short = by_id(found)["short"]
    assert short.available == pytest.approx(0.75, abs=0.01)
    assert short.chance == short.available
    assert by_id(found)["long"].chance == pytest.approx(1 - short.available)


def test_where_everything_is_shut_nobody_is_the_best() -> None:
    found = ranked(
        tiny(
            closures={**closure("a-b-road"), "other": closure("a-d-road")["strike"].model_copy(update={"id": "other"})}
        ),
        closure_chance=1,
    )
    assert found.nothing == 1.0
    assert [row.chance for row in found.rows] == [0.0, 0.0]
    assert any("no route can be used" in note for note in found.notes)
    json.loads(study.text(STUDIES["rank"], found.question, found))
    found.figure()


def test_a_closure_without_a_chance_is_said_and_not_drawn() -> None:
    found = ranked(tiny(closures=closure("a-b-road")))
    assert by_id(found)["short"].available == 1.0
    assert any("strike is not drawn" in note for note in found.notes)


def test_closures_applied_leave_corridors_out(network: Network) -> None:
    found = ranked(network, origin="Almaty", destination="Karachi", closures="apply")
    assert "ktap" not in by_id(found)
    assert found.switches == ()
    assert all(row.available == 1 for row in found.rows)


def test_the_shipped_closures_have_the_chance_of_the_parameters(karachi: Ranking) -> None:
    (event,) = karachi.switches
    assert event.chance == 0.2
    rows = by_id(karachi)
    assert rows["ktap"].available == rows["afghan-road"].available == rows["salang-road"].available
    assert rows["ktap"].available == pytest.approx(0.8, abs=0.03)
    assert rows["qtta-kkh"].available == 1.0
    assert any("closure.pak_afg.prob_per_month" in note and "0.1 to 0.5" in note for note in karachi.notes)


def test_a_best_route_that_is_a_corridor_but_for_little_is_left_out(network: Network) -> None:
    found = ranked(network, origin="Almaty", destination="Karachi", avoid=("IR",), draws=50)
    assert "best-time" not in by_id(found)
    reason = {row.corridor: row.reason for row in found.comparison.left_out}["best-time"]
    assert "qtta-kkh stands for it: it shares 100% of its km with it and takes 0.3 h less (-0.1%)" in reason
    assert "--different 1" in reason


def test_a_closure_with_a_known_end_is_told_near_the_top_and_not_drawn(network: Network) -> None:
    asked: dict[str, Any] = {"origin": "Almaty", "destination": "Jebel Ali", "date": "2026-04-01", "draws": 50}
    found = ranked(network, **asked)
    said = found.tables()[0].before[1]
    assert said.startswith("usable 0 %: closed on 2026-04-01: hormuz_2026 (until 2026-06-21), on every route; pak_afg_")
    assert all(row.usable == 0.0 and row.available > 0 and row.chance_usable is None for row in found.rows)
    assert "--closures apply" in said
    told = {row["id"]: row for row in found.body()["closures_not_drawn"]}
    assert (told["hormuz_2026"]["until"], told["hormuz_2026"]["shuts_until_then"]) == ("2026-06-21", True)
    assert set(told["hormuz_2026"]["routes"]) == set(by_id(found))
    drawn = " ".join(" ".join(text.get_text() for text in found.figure().texts).split())
    assert "usable 0 %: closed (hormuz_2026 until 2026-06-21); drawn as if open" in drawn
    later = ranked(network, **asked | {"date": "2026-06-22"})
    assert "hormuz_2026 " not in " ".join(later.tables()[0].before)
    with pytest.raises(errors.NoRouteError):
        ranked(network, **asked, closures="apply")


def test_the_chance_of_a_closure_is_told_with_its_source(karachi: Ranking) -> None:
    (said,) = [note for note in karachi.notes if note.startswith("pak_afg (")]
    assert "closed on 2026-11-23 with no known end, so usable is 0 % for " in said
    assert "a new closure, with a chance of 0.2 (0.1 to 0.5) in a month, so what passes it is usable in 0.8" in said
    assert "says nothing of how long today's closure lasts" in said
    assert "source: " in said and all(source not in said.split() for source in karachi.switches[0].source)


def test_the_chances_that_the_readme_states(network: Network) -> None:
    found = by_id(ranked(network, origin="Almaty", destination="Karachi", draws=10_000, seed=1))
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    marks = r"<!--=[\w.-]+-->|<!--/-->"  # of values, as docs/regenerate.py has them
    said = " ".join(re.sub(marks, "", readme[readme.index("- `corridors rank` draws") :]).split())
    first, second = found["qtta-kkh"], found["best-time"]
    assert (
        f"by hours in {first.chance:.0%} of the draws, the road through Uzbekistan, Turkmenistan and Iran, which no "
        f"corridor names, in {second.chance:.0%}".replace("%", " %")
        in said
    )
    assert list(second.entry.route.km_by_country) == ["KZ", "UZ", "TM", "IR", "PK"]
    assert second.entry.route.corridors == ()


def test_what_is_open_in_the_year_counts_as_built(network: Network) -> None:
    """All of KTAP opens by 2034 and the last of UAP in 2035 by central estimates: both run in 2036, not in 2033."""
    asked = {"origin": "Almaty", "destination": "Karachi", "draws": 50}
    open_ = ranked(network, **asked, as_of=2036)
    assert {row.unbuilt_km for row in open_.rows} == {0.0}
    assert all(row.chance_built == row.chance for row in open_.rows)
    assert "of the built ones" not in [column.title for column in open_.tables()[0].columns]
    assert any("built: what runs in 2036" in note for note in open_.notes)
    early = by_id(ranked(network, **asked, as_of=2033))
    assert early["ktap"].chance_built is None and early["uap"].chance_built is None
    assert 0 < early["ktap"].unbuilt_km < early["ktap"].entry.route.unbuilt_km


def test_one_draw_is_one() -> None:
    found = ranked(tiny(), draws=1)
    assert "over 1 draw (seed" in found.tables()[0].before[0]
    assert any("in 1 draw (seed" in text.get_text() for text in found.figure().texts)
    assert "20 t of cargo (machinery) in 1 TEU" in ranked(tiny(), cargo="machinery").tables()[0].before[0]


def test_unbuilt_corridors_are_marked(karachi: Ranking) -> None:
    table = karachi.tables()[0]
    keys = [column.key for column in table.columns]
    by_name = {row[0]: dict(zip(keys, row, strict=True)) for row in table.rows}
    assert by_name["ktap"]["unbuilt_km"] > 800
    assert by_name["ktap"]["chance_best_of_built"] is None
    figure = karachi.figure()
    texts = {text.get_text() for text in figure.texts}
    assert {"ktap \u2020 *", "qtta-kkh \u2021", "iti"} <= texts
    hatched = [patch for axes in figure.axes for patch in axes.patches if patch.get_hatch()]
    assert len(hatched) == 3 * 3 + 1  # hours, USD and chance of ktap, uap and ktap-west; the legend


def test_the_figure_is_drawn_from_the_percentiles(karachi: Ranking) -> None:
    hours = karachi.figure().axes[0]
    for row, bar in zip(karachi.rows, hours.patches, strict=True):
        band = row.bands["time"]
        assert (bar.get_x(), bar.get_x() + bar.get_width()) == pytest.approx((band.p10, band.p90))


def test_nothing_of_the_figure_is_cut_or_over_something_else(karachi: Ranking) -> None:
    figure = karachi.figure()
    FigureCanvasAgg(figure).draw()
    whole = figure.bbox
    names = [text.get_window_extent() for text in figure.texts]
    for box in (*names, *(text.get_window_extent() for axes in figure.axes for text in axes.texts)):
        assert whole.x0 <= box.x0
        assert box.x1 <= whole.x1
        assert whole.y0 <= box.y0
        assert box.y1 <= whole.y1
    assert not any(one.overlaps(other) for at, one in enumerate(names) for other in names[at + 1 :])


def test_titles_are_not_cut(karachi: Ranking, network: Network) -> None:
    for found in (karachi, ranked(network, origin="Ashgabat", destination="Gwadar", draws=50)):
        texts = {" ".join(text.get_text().split()) for text in found.figure().texts}
        assert {row.entry.title for row in found.rows} <= texts


@pytest.mark.parametrize(
    "text", ["{{ 7*7 }} $\\frac{1$", "--><script>window.hacked=1</script>; window.hacked=1; // {% include 'x' %}"]
)
def test_hostile_names_are_escaped(text: str, tmp_path: Path) -> None:
    """In the section of a page; matplotlib would also write them into comments of the picture."""
    found = ranked(tiny(title=text, name=text), draws=20)
    page = study.section(STUDIES["rank"], found.question, found)
    assert escape(text) in page
    assert "<svg" in page
    assert not any(act in page for act in (*hostile.ACTS, "{{", "{%", "{#", "<!--", "<script"))
    figures.write(tmp_path / "hostile.svg", found.figure)


def test_every_format_of_the_command_line(karachi: Ranking) -> None:
    report = study.report(STUDIES["rank"], karachi.question, karachi)
    rows = exports.FORMATS["csv"](report).splitlines()
    assert len(rows) == len(karachi.rows) + 1
    assert rows[0].startswith("id,title,chance_best,")
    assert "| qtta-kkh |" in exports.FORMATS["markdown"](report)
    document = json.loads(exports.FORMATS["json"](report))
    assert document["manifest"]["options"]["seed"] == 1
    assert {"request", "routes", "left_out", "closures_drawn", "evidence", "notes"} <= set(document)
    assert document["evidence"]["winner"] == min(document["routes"], key=lambda row: row["time_h"])["id"]


def test_shares_in_words() -> None:
    assert [intervals.share_text(each) for each in (0, 1, 0.5, 0.0001, 0.99999, 1 / 3)] == [
        "0 %",
        "100 %",
        "50 %",
        "< 0.1 %",
        "> 99.9 %",
        "33.3 %",
    ]


def command(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The command line in this process; its exit code."""
    monkeypatch.setattr(sys, "argv", ["corridors", *arguments])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    try:
        cli.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_replay_gives_the_same_bytes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file, picture = tmp_path / "rank.json", tmp_path / "rank.png"
    asked = (
        "rank",
        "Tashkent",
        "Gwadar",
        "--draws",
        "300",
        "--seed",
        "7",
        "--by",
        "generalized",
        "--mode",
        "road",
        "--mode",
        "rail",
        "--closure-chance",
        "0.3",
        "--tonnes",
        "40",
        "-f",
        "json",
        "--figure",
        str(picture),
    )
    assert command(monkeypatch, *asked) == 0
    first = capsys.readouterr()
    assert first.err == f"figure written to {picture}\n"
    assert picture.read_bytes().startswith(b"\x89PNG")
    file.write_text(first.out, encoding="utf-8")
    assert command(monkeypatch, "replay", str(file)) == 0
    assert capsys.readouterr().out == first.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--draws", "0"), "--draws"),
        (("--draws", "200001"), "--draws"),
        (("--spread", "-1"), "--spread"),
        (("--spread", "nan"), "--spread"),
        (("--closure-chance", "2"), "--closure-chance"),
        (("--different", "0"), "--different"),
        (("--seed", "-1"), "--seed"),
        (("--by", "luck"), "luck"),
        (("--date", "tomorrow"), "--date"),
        (("--cargo", "gold"), "gold"),
        (("--figure", "x.jpg"), "x.jpg"),
        (("--mode", "camel"), "camel"),
    ],
)
def test_wrong_options_are_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], words: str
) -> None:
    assert command(monkeypatch, "rank", "Almaty", "Karachi", *options) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert "Traceback" not in said.err


def test_places_that_nothing_joins_are_an_honest_no(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(monkeypatch, "rank", "Almaty", "Karachi", "--mode", "sea") == 1
    assert capsys.readouterr().err


def test_studies_are_sections_of_a_briefing(network: Network) -> None:
    comparison = corridors.compare(network, "Aktau", "Poti")
    page = html.unescape(corridors.brief(comparison, studies=["rank", "closures", "timeline", "rank"]).html())
    assert page.count("<section class='corridors-study'>") == 3
    assert "Robust ranking" in page
    assert page.count("Evidence: ") >= 3 and "when all of each is open" in page
    shares: list[float] = []
    corridors.brief(comparison, studies=["closures", "timeline"], progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0 and 0.5 in shares
    assert "<section class='corridors-study'>" not in corridors.brief(comparison).html()
    with pytest.raises(errors.UnknownNameError, match="rank"):
        corridors.brief(comparison, studies=["rang"])
    with pytest.raises(errors.RequestError, match=r"two named corridors.*trans-caspian"):
        corridors.brief(comparison, studies=["breakeven"])


def test_every_study_can_be_a_section_of_a_briefing(network: Network) -> None:
    comparison = corridors.compare(network, "Almaty", "Karachi")
    page = html.unescape(corridors.brief(comparison, studies=list(STUDIES)).html())
    assert page.count("<section class='corridors-study'>") == len(STUDIES) == 6
    assert "qtta-kkh against salang-road" in page  # the two fastest of the named corridors
    assert "Conditions:" not in page  # those of the briefing stand at its head


@pytest.mark.parametrize("spread", [0.0, 3.0])
def test_with_another_spread_the_total_is_the_mean_of_its_draws(network: Network, spread: float) -> None:
    found = ranked(network, origin="Almaty", destination="Karachi", spread=spread, closure_chance=0, draws=400)
    for row in found.rows:
        band = row.bands["time"]
        assert band.p10 is not None and band.p90 is not None
        assert band.p10 <= band.total * (1 + 1e-12) and band.total <= band.p90 * (1 + 1e-12)
        if not spread:
            assert band.total == pytest.approx(row.entry.route.estimates["time_h_central"], rel=1e-9)
