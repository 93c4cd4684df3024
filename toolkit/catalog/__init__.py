"""Definitions in YAML → Suite; editions, their differences, hints, and data files."""

from toolkit.catalog.archive import archive_edition, load_edition
from toolkit.catalog.data import MARKS, data_text, read_data, write_data
from toolkit.catalog.difference import Change, diff
from toolkit.catalog.edition import edition_json, suite_from_json
from toolkit.catalog.hints import Hint, lint
from toolkit.catalog.prints import load_layouts
from toolkit.catalog.scope import Scope, load_scope
from toolkit.catalog.settings import SETTINGS, Settings, apply_settings, judged_under, read_settings
from toolkit.catalog.suite import catalog_root, load_suite, suite_ids
from toolkit.model.form import STAGES

__all__ = [
    "MARKS",
    "SETTINGS",
    "STAGES",
    "Change",
    "Hint",
    "Scope",
    "Settings",
    "apply_settings",
    "archive_edition",
    "catalog_root",
    "data_text",
    "diff",
    "edition_json",
    "judged_under",
    "lint",
    "load_edition",
    "load_layouts",
    "load_scope",
    "load_suite",
    "read_data",
    "read_settings",
    "suite_from_json",
    "suite_ids",
    "write_data",
]
