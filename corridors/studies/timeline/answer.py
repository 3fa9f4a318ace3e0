"""The answer of a timeline: the best route of every year, the corridors as they open, what slips change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from corridors.answers.report import headline
from corridors.studies.evidence import results as evidence_results
from corridors.studies.evidence.results import Result
from corridors.studies.route_words import counted, label, spans
from corridors.studies.study import Answer
from maps import ranges
from maps.closure_marks import mark_notes, mark_of, marked
from maps.tables.of_routes import CLOSURES, closures_of, load_text, met_by, ranged, ranged_values
from maps.tables.table import Column, Table
from planner.network import Network
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.years import openings, scenario_years
from planner.years.openings import Opening
from planner.years.scenario_years import Slip, Year

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class CorridorYears:
    """A corridor between the two places, and when all of it is open."""

    id: str
    route: Route
    opening: Opening
    open_in: frozenset[int]

    def is_open(self, year: int) -> bool:
        """Whether all of it can be used in a year of the timeline."""
        return year in self.open_in

    def is_finished(self, year: int) -> bool:
        """Whether all of it is built by then, whether closures shut it or not."""
        return not self.opening.unbuilt or (self.opening.central is not None and self.opening.central <= year)


@dataclass(frozen=True)
class Timeline(Answer):
    """``years`` with the slips asked for; ``slips`` holds what each project alone would change."""

    network: Network
    planned: Network
    """The same network as long as nothing slips."""
    ends: tuple[str, str]
    by: str
    years: tuple[Year, ...]
    corridors: tuple[CorridorYears, ...]
    slipped: dict[str, int]
    slips: tuple[Slip, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    evidence: tuple[Result, ...]

    def _rows(self) -> list[tuple[Year, bool, list[str], list[str]]]:
        """(year, whether the best changes, what opens, corridors that become available) where something happens."""
        rows = []
        for at, year in enumerate(self.years):
            before = self.years[at - 1] if at else None
            changed = before is None or ids(before.route) != ids(year.route)
            new = [
                row.id
                for row in self.corridors
                if row.is_open(year.year) and (before is None or not row.is_open(before.year))
            ]
            opened = list(year.opened) if before is not None else []
            if changed or new or opened:
                rows.append((year, changed, opened, new))
        return rows

    def causes(self, at: int) -> list[str]:
        """The projects that a new best route uses and the one before it did not."""
        now = scenario_years.used(self.network, self.years[at : at + 1])
        before = scenario_years.used(self.network, self.years[at - 1 : at]) if at else ()
        return [key for key in now if key not in before]

    def body(self) -> dict[str, Any]:
        return {
            "by": self.by,
            "unit": MEASURES[self.by].unit,
            "slipped": self.slipped,
            "notes": list(self.notes),
            "warnings": list(self.warnings),
            "years": [self._year(at) for at in range(len(self.years))],
            "corridors": [
                {
                    "id": row.id,
                    **totals(row.route),
                    "unbuilt_km": row.route.unbuilt_km,
                    "open_low": row.opening.low,
                    "open_central": row.opening.central,
                    "open_high": row.opening.high,
                    "waits_for": list(row.opening.last),
                    "is_built": not row.opening.unbuilt,
                    "warnings": list(row.route.warnings),
                    "closures": row.route.closure_rows(),
                }
                for row in self.corridors
            ],
            "slips": [self._slip(row) for row in self.slips],
            "evidence": [row.body() for row in self.evidence],
        }

    def _year(self, at: int) -> dict[str, Any]:
        year = self.years[at]
        best = None
        if year.route is not None:
            best = {
                "corridors": list(year.route.corridors),
                **totals(year.route),
                "segments": list(year.route.segment_ids),
                "warnings": list(year.route.warnings),
                "closures": year.route.closure_rows(),
            }
        return {
            "year": year.year,
            "best": best,
            "best_changes": at == 0 or ids(self.years[at - 1].route) != ids(year.route),
            "because_of": self.causes(at) if at else [],
            "opened": list(year.opened),
            "corridors_open": [row.id for row in self.corridors if row.is_open(year.year)],
        }

    def _slip(self, row: Slip) -> dict[str, Any]:
        worse = row.worse(self.by)
        late = openings.slipped(self.planned, {row.project: row.years})
        later = {}
        for corridor in self.corridors:
            one, two = (
                openings.of_route(made, route_in(made, corridor.route)).central for made in (self.planned, late)
            )
            if one != two:
                later[corridor.id] = [one, two]
        known = [value for value in worse.values() if value is not None]
        better = row.better(self.by)
        none_left = [year for year, value in worse.items() if value is None]
        return {
            "project": row.project,
            "title": self.network.catalog.projects[row.project].title,
            "years": row.years,
            "worse_by_year": {str(year): value for year, value in worse.items()},
            "no_route_in": none_left,
            "worst": None if none_left else max(known, default=0.0),
            "sum_over_years": None if none_left else sum(known),
            "closures_by_year": {
                str(year.year): [] if year.route is None else year.route.closure_rows()
                for year in self.moved_years(row)
            },
            "better_by_year": {str(year): value for year, value in better.items()},
            "corridors_open_later": later,
        }

    def moved_years(self, row: Slip) -> list[Year]:
        """The years in which a slip changes the best route's value, as they are with it."""
        changed = {*row.worse(self.by), *row.better(self.by)}
        return [year for year in row.after if year.year in changed]

    def shown_routes(self) -> tuple[tuple[str, Route], ...]:
        years = [*self.years, *(year for row in self.slips for year in self.moved_years(row))]
        return (
            *((f"best of {year.year}", year.route) for year in years if year.route is not None),
            *((row.id, row.route) for row in self.corridors),
        )

    def tables(self) -> tuple[Table, ...]:
        unit = MEASURES[self.by]
        names, projects = self.network.nodes, self.network.catalog.projects
        first = next(year.route for year in self.years if year.route is not None)
        load = load_text(first.consignment)
        before = [
            headline(
                self.network.catalog,
                f"{names[self.ends[0]].name} to {names[self.ends[1]].name}, best by "
                f"{unit.title}, {self.years[0].year} to {self.years[-1].year}; {load}",
            )
        ]
        before += [f"{projects[key].title} opens {_moved(late)} than planned" for key, late in self.slipped.items()]
        columns = (
            Column("year", "year"),
            Column("best", "best route"),
            Column("value", f"{unit.title}, {unit.unit}", 1),
            *ranged(self.by),
            Column("change", "change", 1),
            Column("opened", "what opens"),
            Column("available", "corridors open"),
            CLOSURES,
        )
        rows = []
        last: float | None = None
        for year, changed, opened, new in self._rows():
            value = year.value(self.by)
            change = None if value is None or last is None or value == last else value - last
            best = label(year.route) if changed else "as before"
            ends = ranged_values(year.route, self.by)
            met = [*closures_of(year.route), *met_by((row.id, row.route) for row in self.corridors if row.id in new)]
            rows.append((str(year.year), best, value, *ends, change, opened, new, met))
            last = value
        notes = (
            ranges.note(first),
            *self.notes,
            *self.warnings,
            "a year has the lines of central opening years; estimates of these reach years either way",
        )
        main = Table(columns, tuple(rows), tuple(before), notes, "years")
        slips = [self._slip_table()] if self.slips else []
        return (main, self._corridor_table(), *slips, *evidence_results.tables(self.evidence))

    def _corridor_table(self) -> Table:
        unit = MEASURES[self.by]
        columns = (
            Column("corridor", "corridor"),
            Column("value", f"{unit.title}, {unit.unit}", 1),
            *ranged(self.by),
            Column("unbuilt_km", "unbuilt km", 0),
            Column("open_low", "open: low"),
            Column("open_central", "central"),
            Column("open_high", "high"),
            Column("waits_for", "waits the longest for"),
            CLOSURES,
        )
        rows = tuple(
            (
                row.id,
                totals(row.route)[unit.field],
                *ranged_values(row.route, self.by),
                row.route.unbuilt_km,
                *(
                    "open" if not row.opening.unbuilt else "unknown" if year is None else str(year)
                    for year in (row.opening.low, row.opening.central, row.opening.high)
                ),
                list(row.opening.last),
                closures_of(row.route),
            )
            for row in self.corridors
        )
        said = "The corridors that join the two places, and when all of each is open:"
        return Table(columns, rows, (said,), name="corridors")

    def _slip_table(self) -> Table:
        unit = MEASURES[self.by]
        columns = (
            Column("project", "project"),
            Column("years", "opens"),
            Column("span", "best is worse in"),
            Column("worst", f"at most by {unit.unit}", 1),
            Column("better", "best is better in"),
            Column("later", "corridors open at another time"),
            CLOSURES,
        )
        rows = []
        for row in self.slips:
            said = self._slip(row)
            none_left, known = said["no_route_in"], [value for value in row.worse(self.by).values() if value]
            worst = f"no route in {spans(none_left)}" if none_left else said["worst"]
            worst = f"{worst}, else {max(known):,.1f}" if none_left and known else worst
            later = [f"{key} {one} > {two}" for key, (one, two) in said["corridors_open_later"].items()]
            better = row.better(self.by)
            only_then = [year for year, value in better.items() if value is None]
            gain = spans(list(better)) + (f" (in {spans(only_then)} the only route)" if only_then else "")
            rows.append(
                (
                    row.project,
                    _moved(row.years),
                    spans(list(row.worse(self.by))) or "no year",
                    worst,
                    gain,
                    later,
                    self._met(row),
                )
            )
        kept = [at for at, column in enumerate(columns) if column.key != "better" or any(row[at] for row in rows)]
        shown = tuple(tuple(row[at] for at in kept) for row in rows)
        moves = "slips" if all(row.years > 0 for row in self.slips) else "opens at another time"
        return Table(
            tuple(columns[at] for at in kept), shown, (f"What changes if one project alone {moves}:",), name="slips"
        )

    def _met(self, row: Slip) -> list[str]:
        """The closures on the best routes of the years that a slip changes: 'closed: pak_afg_chaman (2030-2032)'."""
        found: dict[str, list[int]] = {}
        for year in self.moved_years(row):
            for text in closures_of(year.route):
                found.setdefault(text, []).append(year.year)
        return [f"{text} ({spans(years)})" for text, years in found.items()]

    def _other_line(self) -> tuple[str, list[float | None]] | None:
        """What stands beside the best of each year: as planned, when something slips, else the worst slip."""
        if self.slipped:
            planned = [year.value(self.by) for year in self.slips[0].before]
            same = planned == [year.value(self.by) for year in self.years]
            return "as planned" + (" (the same)" if same else ""), planned
        worst = max(self.slips, key=self._harm, default=None)
        if worst is None or not worst.worse(self.by):
            return None
        title = self.network.catalog.projects[worst.project].title
        marks = {mark_of(year.route) for year in self.moved_years(worst)}
        mark = "".join(sorted(set("".join(marks))))
        return f"if {title} opens {_moved(worst.years)} {mark}".strip(), [year.value(self.by) for year in worst.after]

    def _harm(self, row: Slip) -> tuple[int, float]:
        """How bad a slip is: the years it leaves without a route, then the sum of what the others take more."""
        values = list(row.worse(self.by).values())
        return values.count(None), sum(value for value in values if value is not None)

    def figure(self) -> Figure:
        from maps.figures import paper as sheet, timeline as figure_timeline

        unit = MEASURES[self.by]
        titles = self.network.catalog.projects
        events = []
        for at, year in enumerate(self.years):
            if at == 0 or ids(self.years[at - 1].route) != ids(year.route):
                because = ", ".join(titles[key].title for key in self.causes(at)) if at else ""
                events.append((year.year, year.value(self.by), marked(label(year.route), year.route), because))
        late = self._other_line()
        start = self.years[0].year
        lines = [
            (
                marked(row.id, row.route),
                totals(row.route)[unit.field],
                None if min(row.open_in) == start else min(row.open_in),
            )
            for row in self.corridors
            if row.open_in
        ]
        names = self.network.nodes
        drawn = figure_timeline.figure(
            figure_timeline.StepLine(
                f"{names[self.ends[0]].name} - {names[self.ends[1]].name}: best by {unit.title}",
                f"{unit.title}, {unit.unit}",
                tuple(year.year for year in self.years),
                tuple(year.value(self.by) for year in self.years),
                tuple(events),
                tuple(lines),
                late,
            )
        )
        first = next(year.route for year in self.years if year.route is not None)
        slipped = [f"{titles[key].title} opens {_moved(late)} than planned" for key, late in self.slipped.items()]
        about = headline(
            self.network.catalog,
            f"{names[self.ends[0]].name} to {names[self.ends[1]].name}; {load_text(first.consignment)}",
        )
        told = mark_notes(route for _, route in self.shown_routes())
        return evidence_results.below(sheet.captioned(drawn, [about, *slipped, *told, *self.notes]), self.evidence)


def _moved(years: int) -> str:
    """'3 years later', '1 year earlier'."""
    return f"{counted(abs(years), 'year')} {'later' if years > 0 else 'earlier'}"


def totals(route: Route) -> dict[str, float]:
    """All criteria of a route, by field."""
    return route.figures()


def ids(route: Route | None) -> tuple[str, ...] | None:
    return None if route is None else route.segment_ids


def route_in(other: Network, route: Route) -> Route:
    """The route over the segments of a network in which years have moved."""
    legs = tuple(replace(leg, segments=tuple(other.segments[item.id] for item in leg.segments)) for leg in route.legs)
    return replace(route, legs=legs)
