"""`answerable import WHAT FILE ...`: one frame for all importers; each is one line in IMPORTERS."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from answerable.access.imports import import_posts, import_staff
from answerable.config.importing import Importer, actor_named, bar, print_report, write_faults
from answerable.kernel.problem import Problem
from answerable.listening.imports import import_feedback
from answerable.listening.template_files import import_templates
from answerable.money.imports import import_entries
from answerable.opendata.imports import import_iati
from answerable.places.boundaries import import_boundaries
from answerable.places.imports import import_areas
from answerable.programme import imports as programme
from answerable.projects.imports import import_projects
from answerable.results.imports import import_results
from answerable.results.samples import SAMPLES

IMPORTERS = [
    Importer(
        "areas", import_areas, "areas from CSV files, described by a mapping (docs/guides/import-areas.md)"
    ),
    Importer(
        "boundaries",
        import_boundaries,
        "outlines of areas from a GeoJSON file, matched by code",
        mapping="never",
        arguments=(
            (
                "--scheme",
                {"required": True, "help": "the scheme of the codes, as the areas' mapping names it"},
            ),
            (
                "--code-property",
                {"required": True, "help": "the property of each feature that holds its code"},
            ),
        ),
    ),
    # Fixed column names: docs/guides/import-programme.md
    Importer("staff", import_staff, "people who work for the programme", mapping="never"),
    Importer("posts", import_posts, "posts, and who fills them from when to when", mapping="never"),
    Importer(
        "sponsors", programme.import_sponsors, "organisations that lend staff or give money", mapping="never"
    ),
    Importer(
        "organisations",
        programme.import_organisations,
        "organisations that pay, are paid, build or keep",
        mapping="never",
    ),
    Importer("rounds", programme.import_rounds, "posting periods", mapping="never"),
    Importer("teams", programme.import_teams, "teams and their seats", mapping="never"),
    Importer(
        "postings", programme.import_postings, "which team is in which area for a round", mapping="never"
    ),
    Importer(
        "subjects",
        programme.import_subjects,
        "the two-level list of subjects; without a file, the list that we ship",
        mapping="never",
        files="*",
    ),
    Importer("standards", programme.import_standards, "days to answer, for each subject", mapping="never"),
    Importer(
        "responsibilities", programme.import_responsibilities, "who answers for what, where", mapping="never"
    ),
    Importer(
        "outside-bodies",
        programme.import_outside_bodies,
        "offices outside the programme that answer for something",
        mapping="never",
    ),
    Importer("calendars", programme.import_calendars, "working days and holidays", mapping="never"),
    Importer(
        "templates",
        import_templates,
        "replies to start from; without a file, those that we ship",
        mapping="never",
        files="*",
    ),
    Importer(
        "feedback",
        import_feedback,
        "feedback that another system handled, described by a mapping (docs/guides/import-feedback.md)",
    ),
    Importer(
        "projects",
        import_projects,
        "projects that another system kept, described by a mapping (docs/guides/projects.md)",
    ),
    Importer(
        "entries",
        import_entries,
        "journal lines of a book, described by a mapping (docs/reference/books.md)",
    ),
    Importer(
        "results",
        import_results,
        "results frameworks from a sheet, CSV or XLSX (docs/guides/results.md); or one of the samples that we ship",
        mapping="never",
        files="*",
        arguments=(
            (
                "--sample",
                {"default": "", "choices": ["", *SAMPLES], "help": "take this sample in, for --area"},
            ),
            ("--area", {"default": "", "metavar": "SCHEME:CODE", "help": "the area that the sample is for"}),
            ("--year", {"type": int, "metavar": "YEAR", "help": "the sample's year; default: this one"}),
        ),
    ),
    Importer(
        "iati",
        import_iati,
        "what others published in IATI files: projects and transactions (docs/guides/open-data.md)",
        mapping="never",
        arguments=(
            (
                "--area",
                {"metavar": "SCHEME:CODE", "help": "where the projects are put; default: the one top area"},
            ),
        ),
    ),
]


class Command(BaseCommand):
    """Takes in files that other people made."""

    help = "Take in files: areas, and what stands on them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-command for each importer."""
        words = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
        for importer in IMPORTERS:
            word = words.add_parser(importer.name, help=importer.help, description=importer.help)
            word.add_argument("files", nargs=importer.files, metavar="FILE")
            if importer.mapping != "never":
                word.add_argument(
                    "--mapping",
                    required=importer.mapping == "always",
                    metavar="FILE",
                    help="TOML: which column means what",
                )
            word.add_argument(
                "--keep",
                choices=["none", "good"],
                default="none",
                help="when there are faults: take nothing in (the default), or what is good",
            )
            word.add_argument("--dry-run", action="store_true", help="read and check only, write nothing")
            word.add_argument("--as", dest="actor", metavar="STAFF", help="sign-in name of who imports")
            word.add_argument("--faults", metavar="FILE", help="write all faults to this file, as CSV")
            word.add_argument("--show", type=int, default=20, metavar="N", help="faults to print in full")
            for name, keywords in importer.arguments:
                word.add_argument(name, **keywords)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it and report. Ends with 1 when something was kept out as a whole or can't be read."""
        importer = next(one for one in IMPORTERS if one.name == options["what"])
        try:
            if options["faults"]:
                write_faults([], options["faults"])  # a wrong name is better known before than after
            report = importer.run(
                actor=actor_named(options["actor"]),
                files=[Path(name) for name in options["files"]],
                keep=options["keep"],
                dry_run=options["dry_run"],
                progress=bar,
                **importer.own_options(options),
            )
            if options["faults"]:
                write_faults(report.faults, options["faults"])
        except Problem as problem:
            raise CommandError(f"{problem.english} [{problem.code}]") from None
        print_report(
            report,
            self.stdout,  # type: ignore[arg-type] # it writes text
            what=importer.name.capitalize(),
            dry_run=options["dry_run"],
            show=options["show"],
        )
        if report.faults and options["keep"] == "none":
            sys.exit(1)
