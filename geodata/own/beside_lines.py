"""Places and splits that a file states beside its lines, put into the network with them."""

from __future__ import annotations

from collections.abc import Sequence

from geodata import records
from geodata.errors import Problem
from geodata.globe import borders
from geodata.globe.growing import Places
from geodata.own import topology
from geodata.own.drafts import DraftLine, DraftPlace, Drafts
from geodata.own.ground import Ground
from geodata.read import feature_records


def stated_splits(ground: Ground, drafts: Drafts, found: list[Problem]) -> None:
    """Splits that come with the lines, as in a file that segments were added to."""
    for split in drafts.splits:
        lost = next(
            (key for key, known in ((split.segment, ground.segments), (split.node, ground.nodes)) if key not in known),
            None,
        )
        if lost is not None:
            file = drafts.lines[0].file if drafts.lines else ""
            found.append(
                Problem(
                    "error",
                    "unknown-id",
                    "a split names what is not there",
                    file,
                    field="splits",
                    value=lost,
                    hint="take the split out of the file",
                )
            )
        elif not ground.has_split(split):
            ground.add_splits(split)


def new_places(ground: Ground, places: Sequence[DraftPlace], lines: Sequence[DraftLine], found: list[Problem]) -> None:
    """New places that a file gives as points; one where no line ends is not added, and said."""
    drawn = [line.coordinates for line in lines if line.coordinates]
    ends = Places(
        enumerated for at, line in enumerate(drawn) for enumerated in ((f"{at}", line[0]), (f"{at}-", line[-1]))
    )
    names = {str(line.values.get(side)) for line in lines for side in ("from", "to")}
    modes = {str(line.values.get("mode")) for line in lines}
    for place in places:
        stated = place.values.get("name")
        if not {place.id, str(stated)} & names and not ends.within(place.position, ground.snap_km):
            found.append(place.problem("warning", "unused-place", "no line ends at this place, so it is not added"))
            continue
        name = stated if isinstance(stated, str) else place.id
        key = place.id or topology.slug(str(name or "place"))
        if key in ground.nodes:
            found.append(
                place.problem(
                    "error",
                    "id-exists",
                    "a place has this id already",
                    "id",
                    key,
                    hint="leave the place out, and name it in 'from' or 'to'",
                )
            )
            continue
        lon, lat = place.position
        defaults = {
            "name": name,
            "country": borders.country_at(place.position),
            "kind": "junction",
            "source": ("own-statement",),
        }
        values = {**defaults, **place.values, "id": key, "lon": lon, "lat": lat}
        node = feature_records.validate(records.Node, values, place.file, place.index or 0, key, found)
        if node is not None:
            ground.add_node(node)
            _on_lines(ground, place, node, modes, found)


def _on_lines(ground: Ground, place: DraftPlace, node: records.Node, modes: set[str], found: list[Problem]) -> None:
    """A new place that lies on lines of the modes that end there is a junction of them; one beside them is told of."""
    for mode in sorted(modes & set(ground.facts.modes)):
        if not ground.facts.modes[mode].has_junctions:
            continue
        for segment, spot in topology.meetings(ground, mode, node.position, topology.TOUCH_KM):
            if spot.off_km <= topology.SAME_SPOT_KM:
                ground.add_splits(records.Split(segment=segment.id, node=node.id))
            else:
                message = f"lies {1000 * spot.off_km:,.0f} m beside {segment.id} without a junction"
                found.append(
                    place.problem(
                        "warning",
                        "touches-line",
                        message,
                        "coordinates",
                        segment.id,
                        hint="put it on the line, and it is one",
                    )
                )
