"""Layout → workbook."""

from toolkit.write.workbook import CREATED, write_workbook

__all__ = ["CREATED", "write_workbook"]
