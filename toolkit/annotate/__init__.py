"""A unit's own workbook with its findings in place: the list, and marks and notes at the cells."""

from toolkit.annotate.anew import workbook_anew
from toolkit.annotate.folder import Answer, AnswerFolder, Kind
from toolkit.annotate.markup import PatchError
from toolkit.annotate.names import Wanted, file_names
from toolkit.annotate.patch import annotate_workbook, restore_workbook
from toolkit.annotate.results import read_findings
from toolkit.annotate.slip import Row, Slip, Spot, keys_of, make_slip

__all__ = [
    "Answer",
    "AnswerFolder",
    "Kind",
    "PatchError",
    "Row",
    "Slip",
    "Spot",
    "Wanted",
    "annotate_workbook",
    "file_names",
    "keys_of",
    "make_slip",
    "read_findings",
    "restore_workbook",
    "workbook_anew",
]
