"""The table of studies. A new study is a module and a row here."""

from __future__ import annotations

from corridors.studies import breakeven, rank, resilience, timeline
from corridors.studies.study import Study

_ROWS: tuple[Study, ...] = (rank.STUDY, breakeven.STUDY, timeline.STUDY, resilience.STUDY)

STUDIES: dict[str, Study] = {row.id: row for row in _ROWS}
"""By id, which is also the name of the command."""
