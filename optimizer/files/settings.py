"""The sheet Plan: one setting a row, matched by its name."""

from __future__ import annotations

from optimizer.files.cells import Grid
from optimizer.files.headers import header_key
from optimizer.files.log import Log, Place
from optimizer.files.parse import expected, found, read_cell
from optimizer.files.schema import Column
from optimizer.files.sheets import PLAN, SCHEMA_VERSION, SETTINGS
from optimizer.files.tables import Row, Table, read_table
from optimizer.files.text import Remark
from optimizer.findings import quoted
from optimizer.titles import Titles
from optimizer.values import ValueRefused

DISPLAY_UNITS = (1, 1_000, 1_000_000)


class Settings:
    """The plan's settings by key, and where each stands."""

    def __init__(self, values: dict[str, object], table: Table | None, rows: dict[str, Row]) -> None:
        self._values = values
        self._rows = rows
        self.table = table

    def text(self, key: str) -> str:
        value = self._values.get(key)
        return value if isinstance(value, str) else ""

    def translations(self, key: str) -> Titles:
        """Those of a text, by language."""
        codes = sorted(setting.key.partition(":")[2] for setting in SETTINGS if setting.key.startswith(f"{key}:"))
        return tuple((code, self.text(f"{key}:{code}")) for code in codes if self.text(f"{key}:{code}"))

    def whole(self, key: str, default: int) -> int:
        value = self._values.get(key)
        return value if isinstance(value, int) else default

    def number(self, key: str) -> int | None:
        """None where it is blank."""
        value = self._values.get(key)
        return value if isinstance(value, int) else None

    @property
    def currency(self) -> str:
        return self.text("currency") or "currency units"

    def place(self, key: str) -> Place:
        if self.table is None:
            return Place(PLAN.name)
        return self.table.place(self._rows[key], "value") if key in self._rows else self.table.header("value")


def read_settings(grid: Grid, log: Log) -> Settings:
    """Raises InputRefused where the layout is newer than this program: nothing else could be said reliably."""
    table = read_table(grid, PLAN, PLAN.columns, "", log)
    if table is None:
        return Settings({}, None, {})
    rows = _by_setting(table, log)
    values: dict[str, object] = {}
    for setting in SETTINGS:
        row = rows.get(setting.key)
        cell = row.cells.get("value") if row is not None else None
        if row is None or cell is None:
            if setting.required:
                place = table.place(row, "value") if row is not None else table.header("setting")
                said = f"{setting.label} is blank" if row is not None else f"no setting {quoted(setting.header)}"
                log.error(place, "blank", said, expected(setting, "currency units"))
            continue
        try:
            values[setting.key] = read_cell(cell, setting, "currency units", _remark(log, grid.name, setting, cell.address))
        except ValueRefused as refused:
            log.error(table.place(row, "value"), "value", found(cell, setting), refused.expected, refused.remedy)
    settings = Settings(values, table, rows)
    _check(settings, values, log)
    return settings


def _remark(log: Log, sheet: str, setting: Column, cell: str) -> Remark:
    return lambda code: log.remark(code, sheet, setting.label, cell)


def _by_setting(table: Table, log: Log) -> dict[str, Row]:
    known = {header_key(setting.header): setting.key for setting in SETTINGS}
    rows: dict[str, Row] = {}
    for row in table.rows:
        key = known.get(header_key(row.text("setting")))
        if key is None:
            continue
        if key in rows:
            first = table.place(rows[key], "setting").cell
            found_text = f"setting {quoted(row.text('setting'))}, also in {first}"
            log.error(table.place(row, "setting"), "duplicate", found_text, "each setting once is expected")
        else:
            rows[key] = row
    return rows


def _check(settings: Settings, values: dict[str, object], log: Log) -> None:
    version = values.get("schema_version")
    if isinstance(version, int) and version != SCHEMA_VERSION:
        remedy = "use the version of this program that made the workbook, or a newer one"
        log.error(
            settings.place("schema_version"),
            "schema-version",
            f"schema version {version}",
            f"{SCHEMA_VERSION} is expected",
            remedy,
        )
        log.stop()
    unit = values.get("display_unit", 1)
    if unit not in DISPLAY_UNITS:
        log.error(settings.place("display_unit"), "value", f"display unit {unit}", "1, 1000 or 1000000 is expected")
    for key, default in (("unit_of_account", 1), ("delivery_step", 5)):
        if values.get(key, default) == 0:
            place = settings.place(key)
            log.error(place, "value", f"{key.replace('_', ' ')} 0", "at least 1 is expected")
