"""KML, read by our own parser alone: placemarks with points and lines, and the fields of their ExtendedData.

No other program sees the file, so what one parser takes for a comment cannot be an order to another one. Processing
instructions are not followed, a document type and links to other files are refused.
"""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from geodata import errors
from geodata.errors import Problem
from geodata.read import contents

_POSITION = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?(,[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?){1,2}", re.ASCII)

SHAPES = ("Point", "LineString", "LinearRing", "Polygon", "Model", "Track", "MultiTrack")
"""The geometries of a placemark; those that are no point and no line are named by the import doctor."""

MULTI = {"LineString": "MultiLineString", "Point": "MultiPoint"}
"""What a MultiGeometry of one kind of parts is called in GeoJSON."""


def features(content: bytes, file: str) -> list[dict[str, Any]]:
    """The placemarks of a KML file as GeoJSON features, their fields as text.

    Raises DataError for a file that is no XML, no KML, or refers to other files, and for positions that are none.

    >>> content = b"<kml><Placemark><name>A</name><Point><coordinates>1,2</coordinates></Point></Placemark></kml>"
    >>> features(content, "a.kml")[0]["geometry"]
    {'type': 'Point', 'coordinates': [1.0, 2.0]}
    """
    heard = _Kml(file)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = heard.refuse
    parser.StartElementHandler, parser.EndElementHandler = heard.begin, heard.end
    parser.CharacterDataHandler = heard.text
    try:
        parser.Parse(content, True)
    except _DoctypeError:
        message = "this KML declares a document type, which could pull in other files"
        raise _refused(file, message, "save it without a DOCTYPE") from None
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise errors.DataError([Problem("error", "not-xml", str(error)[:200], file)]) from error
    if heard.outermost != "kml":
        message = f"the outermost element is {heard.outermost[:80]!r}, not kml"
        raise _refused(file, message, "save the lines as KML or GeoJSON")
    if heard.has_links:
        raise _refused(file, "this KML links to other files", "save the lines themselves")
    if heard.problems:
        raise errors.DataError(heard.problems)  # a guess would make another line of it
    return heard.features


def _refused(file: str, message: str, hint: str) -> errors.DataError:
    return errors.DataError([Problem("error", "not-what-it-says", message, file, hint=hint)])


class _DoctypeError(Exception):
    """The file declares a document type."""


class _Kml:
    """What a KML file has, heard from its parser."""

    def __init__(self, file: str):
        self.file, self.outermost, self.has_links = file, "", False
        self.features: list[dict[str, Any]] = []
        self.problems: list[Problem] = []
        self._open: list[str] = []
        self._feature: dict[str, Any] | None = None
        self._shapes: list[dict[str, Any]] = []
        self._field = ""
        self._texts: list[str] = []

    def refuse(self, *_: Any) -> None:
        raise _DoctypeError

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.outermost = self.outermost or local
        self.has_links = self.has_links or local == "NetworkLink"
        if local == "Placemark":
            self._feature, self._shapes = {"type": "Feature", "properties": {}, "geometry": None}, []
        elif local in SHAPES and not set(SHAPES) & set(self._open):  # a ring of a polygon is part of it
            self._shapes.append({"type": local, "coordinates": []})
        elif local in ("Data", "SimpleData"):
            self._field = attributes.get("name", "")
        self._open.append(local)
        self._texts = []

    def text(self, data: str) -> None:
        self._texts.append(data)

    def end(self, _: str) -> None:
        local, within = self._open.pop(), self._open[-1] if self._open else ""
        text = "".join(self._texts)
        self._texts = []
        if self._feature is None:
            return
        properties = self._feature["properties"]
        if local == "coordinates" and self._shapes:
            positions = self._positions(text)
            is_point = self._shapes[-1]["type"] == "Point"
            self._shapes[-1]["coordinates"] = positions[0] if is_point and len(positions) == 1 else positions
        elif local == "name" and within == "Placemark":
            properties.setdefault("name", text)
        elif (local == "SimpleData" or (local == "value" and within == "Data")) and self._field:
            properties[self._field] = text
        elif local == "Placemark":
            self._feature["geometry"] = _geometry(self._shapes)
            self.features.append(self._feature)
            self._feature = None

    def _positions(self, text: str) -> list[list[float]]:
        """The positions of a line; one that is not longitude,latitude or longitude,latitude,altitude is a problem."""
        found: list[list[float]] = []
        for at, token in enumerate(text.split()):
            if _POSITION.fullmatch(token):
                found.append([float(part) for part in token.split(",")])
                continue
            message = "a position is longitude,latitude or longitude,latitude,altitude"
            self.problems.append(
                Problem(
                    "error",
                    "bad-position",
                    message,
                    self.file,
                    len(self.features),
                    "",
                    f"coordinates[{at}]",
                    contents.show(token),
                    vertex=at,
                )
            )
        return found


def _geometry(shapes: list[dict[str, Any]]) -> dict[str, Any] | None:
    """One geometry of all parts of a placemark; None without any."""
    if len(shapes) <= 1:
        return shapes[0] if shapes else None
    kinds = {shape["type"] for shape in shapes}
    kind = MULTI.get(next(iter(kinds))) if len(kinds) == 1 else None
    if kind is None:
        return {"type": "GeometryCollection", "geometries": shapes}
    return {"type": kind, "coordinates": [shape["coordinates"] for shape in shapes]}
