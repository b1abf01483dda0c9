"""Taking outlines of areas from GeoJSON files, in one act."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from answerable.access.gate import acting, post_for
from answerable.access.rules import Actor, Right
from answerable.kernel.tables import Fault, ImportReport, Progress, read_bytes, silent

from .models import Boundary
from .outlines import checked_outline
from .problems import BoundaryRefused
from .selectors import areas_by_code


def import_boundaries(
    *,
    actor: Actor,
    files: Iterable[Path],
    scheme: str,
    code_property: str,
    keep: str = "none",
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Take outlines of areas in from GeoJSON files, matched by a code in each feature's properties.

    Faults name the feature by its number, as JSON has no lines worth naming. Raises Denied, BoundaryRefused,
    and what kernel.tables.read_bytes raises.
    """
    post_for(actor, Right.IMPORT, None)
    report = ImportReport()
    outlines: dict[str, dict[str, Any]] = {}
    digests = []
    for path in files:
        features, digest = _features(path)
        digests.append(digest)
        report.files.append(str(path))
        for number, feature in enumerate(progress(features, total=len(features), label=Path(path).name), 1):
            report.rows += 1
            _read_feature(report, outlines, str(path), number, feature, code_property)
    areas = areas_by_code(scheme, outlines)
    for code in sorted(outlines.keys() - areas.keys()):
        report.faults.append(
            Fault(report.files[0], 0, "code-unknown", f"No area has the code {code} of {scheme}.")
        )
    standing = dict(
        Boundary.objects.filter(area__codes__scheme=scheme).values_list("area_id", "geometry").iterator()
    )
    new = [(area, outlines[code]) for code, area in areas.items() if area.pk not in standing]
    changed = [
        (area, outlines[code])
        for code, area in areas.items()
        if area.pk in standing and standing[area.pk] != outlines[code]
    ]
    report.added, report.updated = len(new), len(changed)
    report.unchanged = len(areas) - len(new) - len(changed)
    report.kept = not dry_run and not (keep == "none" and report.faults)
    if not report.kept or not (new or changed):
        return report
    with acting(actor, Right.IMPORT, None) as act:
        for area, geometry in progress(new + changed, total=len(new) + len(changed), label="writing"):
            Boundary.objects.update_or_create(area=area, defaults={"geometry": geometry})
        act.record(
            "places.boundaries-imported",
            added=len(new),
            updated=len(changed),
            unchanged=report.unchanged,
            faults=len(report.faults),
            files=digests,
        )
    return report


def _features(path: Path) -> tuple[list[Any], str]:
    raw, digest = read_bytes(path)
    refused = BoundaryRefused(why=f"{path} is no GeoJSON FeatureCollection.")
    try:
        content = json.loads(raw.decode("utf-8-sig"), parse_constant=float)
    except (ValueError, RecursionError):
        raise refused from None
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise refused
    features = content.get("features")
    if not isinstance(features, list) or not features:
        raise refused
    named = json.dumps(content.get("crs", "CRS84"))
    if not any(known in named for known in ("CRS84", "4326")):
        raise BoundaryRefused(why=f"{path} has other coordinates than WGS 84 longitude and latitude.")
    return features, digest


def _read_feature(
    report: ImportReport,
    outlines: dict[str, dict[str, Any]],
    file: str,
    number: int,
    feature: Any,
    code_property: str,
) -> None:
    def fault(code: str, sentence: str) -> None:
        report.faults.append(Fault(file, 0, code, f"Feature {number}: {sentence}"))

    properties = feature.get("properties") if isinstance(feature, dict) else None
    value = properties.get(code_property) if isinstance(properties, dict) else None
    if value is None or isinstance(value, bool | float | list | dict) or not str(value).strip():
        fault("code-missing", f"the property {code_property!r} holds no code.")
        return
    code = str(value).strip()
    if code in outlines:
        fault("repeated-id", f"the code {code} is there already. The first one counts.")
        return
    try:
        outlines[code] = checked_outline(feature.get("geometry"))
    except BoundaryRefused as refusal:
        fault("outline-wrong", f"{code}: {refusal.values['why']}")
