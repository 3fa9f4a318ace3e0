"""One row a kind of data: a foreign one is read, laid over, checked and seen everywhere without another change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corridors.cli import main
from geodata import catalog, checks, kinds, records
from geodata.kinds import Kind, Reference

SHIPPED_DEPOT = '[[depot]]\nid = "dry-port"\nplace = "almaty"\nslots = 300\nsource = ["user"]\n'


class Depot(records.Record):
    id: records.Id
    place: records.Id
    slots: int
    source: tuple[records.Id, ...] = ()


@pytest.fixture
def depots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A kind ``depots`` with one shipped row; the folder of shipped data is given back."""
    reference = Reference("place", ("nodes",), lambda row: (row.place,))
    kind = Kind("depots", "depots.toml", "toml", Depot, "depot", sourced=True, references=(reference,))
    shipped = tmp_path / "shipped"
    shutil.copytree(catalog.SHIPPED, shipped)
    (shipped / "depots.toml").write_text(SHIPPED_DEPOT)
    monkeypatch.setattr(catalog, "SHIPPED", shipped)
    monkeypatch.setitem(kinds.KINDS, "depots", kind)
    catalog._shipped.cache_clear()
    yield shipped
    catalog._shipped.cache_clear()


def own(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "own"
    folder.mkdir(exist_ok=True)
    (folder / "depots.toml").write_text(text)
    return folder


def test_a_foreign_kind_is_read_from_shipped_and_own_folders(depots: Path, tmp_path: Path) -> None:
    before = catalog.load()
    assert before.table("depots") == {"dry-port": Depot(id="dry-port", place="almaty", slots=300, source=("user",))}
    folder = own(
        tmp_path, '[[depot]]\nid = "dry-port"\nplace = "almaty"\nslots = 5\n\n[[depot]]\nid = "new"\n' + rest()
    )
    facts = catalog.load(folder)
    assert {key: row.slots for key, row in facts.table("depots").items()} == {"dry-port": 5, "new": 7}
    assert facts.sha256 != before.sha256
    assert facts.found_in[("depots", "new")] == (str(folder / "depots.toml"), 1)
    assert "new" in facts.own_ids


def rest() -> str:
    return 'place = "karachi"\nslots = 7\n'


def test_the_shipped_file_is_part_of_the_hash(depots: Path) -> None:
    before = catalog.load().sha256
    (depots / "depots.toml").write_text(SHIPPED_DEPOT.replace("300", "301"))
    catalog._shipped.cache_clear()
    assert catalog.load().sha256 != before


def test_its_references_unknown_fields_and_sources_are_checked(depots: Path, tmp_path: Path) -> None:
    wrong = own(tmp_path, '[[depot]]\nid = "lost"\nplace = "nowhere"\nslots = 1\n')
    (problem,) = [item for item in checks.check(wrong) if item.severity == "error"]
    assert (problem.code, problem.feature_id, problem.field, problem.value) == (
        "unknown-id",
        "lost",
        "place",
        "nowhere",
    )
    unknown = own(tmp_path, '[[depot]]\nid = "odd"\nplace = "almaty"\nslots = "many"\nroof = true\n')
    found = {(item.code, item.field) for item in checks.check(unknown) if item.severity == "error"}
    assert found == {("bad-value", "slots"), ("bad-value", "roof")}
    unsourced = own(tmp_path, '[[depot]]\nid = "new"\n' + rest())
    assert [(item.code, item.feature_id) for item in checks.check(unsourced)] == [("missing-source", "new")]


def test_the_command_check_and_the_words_about_unknown_files_know_it(depots: Path, tmp_path: Path) -> None:
    folder = own(tmp_path, '[[depot]]\nid = "lost"\nplace = "nowhere"\nslots = 1\n')
    said = CliRunner().invoke(main.app, ["check", str(folder), "-f", "json"])
    assert '"nowhere"' in said.stdout
    (folder / "depots.tml").write_text("")
    (stray,) = [item for item in checks.check(folder) if item.code == "unknown-file"]
    assert "depots.toml" in stray.allowed


def test_each_kind_has_a_file_of_its_own_and_knows_the_kinds_it_refers_to() -> None:
    assert len({kind.file for kind in kinds.KINDS.values()}) == len(kinds.KINDS)
    for name, kind in kinds.KINDS.items():
        assert name == kind.name
        assert bool(kind.table) == (kind.form == "toml")
        for reference in kind.references:
            assert set(reference.among) <= set(kinds.KINDS)
            assert reference.field in kind.record.model_fields
        assert "source" in kind.record.model_fields or not kind.sourced


def test_every_shipped_file_of_data_is_of_a_kind() -> None:
    shipped = {path.name for path in catalog.SHIPPED.iterdir() if path.is_file()}
    known = {kind.file for kind in kinds.KINDS.values()}
    assert shipped - known == {"data.toml", "countries_fine.geojson"}
