"""Names that older layouts and drafts had for what is there today: the one place to add to when something is renamed.

From the first version to this one one column of a released layout was renamed, which is still read under its older name; else
sheets, columns and settings were only added. The other words below are those that papers and drafts use for minimum and maximum
allocations. Only names that can mean one thing stand here; any other unknown name is reported with the nearest known one,
never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping

SHEETS: Mapping[str, str] = {}  # older name -> name
SETTINGS: Mapping[str, str] = {}  # older name -> key
RENAMED: Mapping[str, Mapping[str, str]] = {"Scenario changes": {"Para. 25": "paragraph"}}  # read as they are
COLUMNS: Mapping[str, Mapping[str, str]] = {  # sheet -> older header -> key
    "Components": {
        "Minimum allocation: basis": "minimum_basis",
        "Minimum allocation: value": "minimum",
        "Maximum allocation: basis": "maximum_basis",
        "Maximum allocation: value": "maximum",
        "Floor: basis": "minimum_basis",
        "Floor: value": "minimum",
        "Ceiling: basis": "maximum_basis",
        "Ceiling: value": "maximum",
    },
    **RENAMED,
}
