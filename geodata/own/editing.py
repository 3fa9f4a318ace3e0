"""Adding segments to the user's own folder, and taking them away again.

``propose`` says what would happen, with every problem; ``add`` does it. A new segment joins the network where its ends
snap to places, split a segment or make new places; all that is written to one file (``geodata.read.additions``), so
that removing the segment gives the network of before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from geodata import catalog, checks, errors, records
from geodata.catalog import Catalog
from geodata.errors import Problem
from geodata.own import beside_lines, folder, joining
from geodata.own.drafts import Drafts
from geodata.own.ground import Ground
from geodata.own.joining import USUAL, Added, Rules
from geodata.read import additions
from geodata.read.additions import Additions

FOLDER_RULES = (checks.ends_at_nodes, checks.lengths, checks.sources, checks.priced, checks.countries)
"""The rules of the network that a new segment is held against."""


@dataclass(frozen=True)
class Proposal:
    """What adding some lines would do: the facts before and after, the new content of the file, every problem.

    ``after`` is None where there is an error; ``replaced_segments`` are own ones whose place new ones take.
    """

    before: Catalog
    after: Catalog | None
    additions: Additions
    added: tuple[Added, ...]
    problems: tuple[Problem, ...]
    replaced_segments: tuple[records.Segment, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(item for item in self.problems if item.severity == "error")

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the new segments."""
        return tuple(item.segment.id for item in self.added)


def propose(
    path: str | Path | None,
    drafts: Drafts,
    rules: Rules = USUAL,
    problems: Sequence[Problem] = (),
    *,
    progress: Callable[[float], None] | None = None,
) -> Proposal:
    """What adding these lines to a folder would do; a folder that is not there yet, or None, is an empty one.

    ``problems`` are those found in reading the lines; ``progress`` is called with the share of the lines that are done.
    Raises DataError when the folder itself has errors.
    """
    place = Path(path) if path is not None and Path(path).exists() else None
    present = folder.Store(place).read() if place is not None else Additions()
    replaced = {segment.id for segment in present.segments} & {line.id for line in drafts.lines if rules.replace}
    kept = additions.without(present, replaced, keeps_places=True)  # the line that comes may end there again
    before = catalog.load(place, additions=kept)
    ground = Ground.of(before, snap_km=rules.snap_km, may_make=rules.new_places)
    found = list(problems)
    beside_lines.new_places(ground, drafts.places, drafts.lines, found)
    added: list[Added] = []
    for number, line in enumerate(drafts.lines, start=1):
        item = joining.join(ground, line, rules, found)
        added += [item] if item is not None else []
        if progress is not None:
            progress(number / len(drafts.lines))
    beside_lines.stated_splits(ground, drafts, found)
    new = Additions(
        (*kept.nodes, *(node for key, node in ground.nodes.items() if key not in before.nodes)),
        (*kept.segments, *(item.segment for item in added)),
        (*kept.splits, *ground.splits),
    )
    if replaced:
        new = additions.swept(new, additions.places_of(present, replaced))
    after = None
    if not any(item.severity == "error" for item in found):
        after, later = catalog.read(place, additions=new)
        known = set(before.warnings)
        found += _at_drafts([item for item in later if item not in known], added)
        if after is not None:
            found += _at_drafts(_network_problems(after, [item.segment.id for item in added]), added)
    if any(item.severity == "error" for item in found):
        after = None
    ordered = tuple(sorted(found, key=lambda item: item.severity != "error"))
    gone = tuple(segment for segment in present.segments if segment.id in replaced)
    return Proposal(before, after, new, tuple(added), ordered, gone)


def add(
    path: str | Path, drafts: Drafts, rules: Rules = USUAL, problems: Sequence[Problem] = (), *, version: str = ""
) -> Proposal:
    """Add lines to a folder, all or none; ``problems`` are those found in reading them.

    With ``version`` (``folder.version``), only if nobody has changed the folder since. Raises DataError with every
    problem found, ConflictError when it was changed, FileAccessError when it cannot be written to; nothing has then
    changed.
    """
    with folder.locked(path) as store:
        store.require(version)
        proposal = propose(path, drafts, rules, problems)
        if proposal.errors:
            raise errors.DataError(proposal.problems)
        verb = "replace" if proposal.replaced_segments else "add"
        store.write(proposal.additions, f"{verb} {', '.join(proposal.ids)}")
    return proposal


def removal(path: str | Path, ids: Sequence[str]) -> tuple[Additions, Catalog, list[str]]:
    """What the folder's file would hold without these segments, the facts then, and what would be left hanging.

    Places and splits that only they needed go with them; own segments that ended on them are then joined to less, and
    the sentences say so. Raises UnknownNameError for a segment that was not added,
    DataError where something else in the folder refers to what would go.
    """
    store = folder.Store(Path(path))
    present = store.read() if store.path.exists() else Additions()
    known = [segment.id for segment in present.segments]
    for key in ids:
        if key not in known:
            raise _unknown(store.path, key, known)
    left = additions.without(present, ids)
    after, problems = catalog.read(store.path, additions=left)
    if after is None:
        refuse = "it cannot be removed while this refers to it"
        raise errors.DataError([replace(item, hint=refuse) for item in problems if item.severity == "error"])
    before = catalog.load(store.path, additions=present)
    known_islands = {item.feature_id for item in checks.islands(before)}
    lost = {item.feature_id for item in checks.islands(after)} - known_islands
    hanging = [
        f"{segment.id} ends at {', '.join(sorted({segment.from_node, segment.to_node} & lost))}, then joined to "
        "nothing else"
        for segment in left.segments
        if {segment.from_node, segment.to_node} & lost
    ]
    return left, after, hanging


def remove(path: str | Path, ids: Sequence[str], *, version: str = "") -> list[str]:
    """Take segments that were added out of a folder again, and say what is left hanging. Raises as ``removal``.

    ``version`` as for ``add``.
    """
    if not Path(path).is_dir():
        raise _unknown(Path(path), ids[0], [])
    with folder.locked(path) as store:
        store.require(version)
        left, _, hanging = removal(path, ids)
        store.write(left, f"remove {', '.join(ids)}", is_removal=True)
    return hanging


def undo(path: str | Path, *, version: str = "") -> str:
    """Take the last change of a folder back, also one of an earlier run, and say which it was.

    Raises RequestError where there is nothing to undo; ``version`` as for ``add``.
    """
    if not Path(path).is_dir():
        raise errors.RequestError(f"{path}: no such folder, so there is nothing to undo")
    with folder.locked(path) as store:
        store.require(version)
        return store.undo()


def _unknown(path: Path, key: str, known: Collection[str]) -> errors.UnknownNameError:
    import difflib

    near = difflib.get_close_matches(key, known, n=3, cutoff=0.4)
    detail = f"it was not added to {path / additions.FILE_NAME}" + ("" if known else ", which has none")
    return errors.UnknownNameError("segment", key, near, detail)


def _at_drafts(problems: Sequence[Problem], added: Sequence[Added]) -> list[Problem]:
    """Findings about new segments, with the place where each was stated instead of the file it would go into."""
    drafts = {end.node.id: item.draft for item in added for end in item.ends if end.how in ("new", "split")}
    drafts |= {item.segment.id: item.draft for item in added}
    return [
        replace(item, file=draft.file, feature_index=draft.index)
        if (draft := drafts.get(item.feature_id)) is not None
        else item
        for item in problems
    ]


def _network_problems(after: Catalog, ids: Sequence[str]) -> list[Problem]:
    """What the rules of the network find at the new segments and their places, and whether these are an island."""
    listed = set(ids)
    new = {key: segment for key, segment in after.stated_segments.items() if key in listed}
    keys = {end for segment in new.values() for end in (segment.from_node, segment.to_node)}
    own = {key for key in keys if after.found_in[("nodes", key)][0].endswith(additions.FILE_NAME)}
    part = replace(
        after,
        nodes={key: after.nodes[key] for key in keys},
        segments=new,
        wholes={},
        corridors={},
        closures={},
        projects={},
    )
    concerned = listed | own
    found = [item for rule in FOLDER_RULES for item in rule(part) if item.feature_id in concerned]
    return found + [item for item in checks.islands(after) if item.feature_id in keys]
