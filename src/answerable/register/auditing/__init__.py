"""Holding the log against the tables it speaks of, and both against what was signed (docs/reference/audit.md).

Everything is read in pages, in the order of its number; what was bound last is kept in a file that nobody else sees.
A million events with three rows each take some 300 MB of that file and less than 100 MB of memory.
"""

from .closing import LONGEST_WAIT
from .findings import SENTENCES, Finding
from .reading import PAGE
from .run import Reads, Report, also, audit, keep
from .tables import UNBOUND_TABLES, bound_models, matter_of_row

__all__ = [
    "LONGEST_WAIT",
    "PAGE",
    "SENTENCES",
    "UNBOUND_TABLES",
    "Finding",
    "Reads",
    "Report",
    "also",
    "audit",
    "bound_models",
    "keep",
    "matter_of_row",
]
