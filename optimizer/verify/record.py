"""The sheets that say what was asked of which file: every cell as read, held against the file itself, and the sheet Run."""

from __future__ import annotations

from fractions import Fraction

from optimizer.address import address, position
from optimizer.verify.cells import Cell, File, Sheet
from optimizer.verify.exact import Answer
from optimizer.verify.ledger import Ledger, Table, table
from optimizer.verify.plan import Tables, Unreadable, folded, typed
from optimizer.verify.rules import coverage

INPUTS, RUN = "Inputs as read", "Run"
DIGEST = "SHA-256 of the input file"
CUT = 32_000  # characters of a text that a cell of the results holds
Said = dict[str, tuple[int, str]]  # of each fact of the sheet Run, its row and its text


def inputs(ledger: Ledger, source: File) -> None:
    """Every cell that was read stands in the file as it is told, and every cell under a header of a sheet told of is told."""
    tables, told = Tables(source), dict[str, set[tuple[int, int]]]()
    for name, sheet in ledger.file.sheets.items():
        if not name.startswith(INPUTS):
            continue
        found = table(ledger, sheet, ("Sheet", "Cell", "Row", "Column", "Value"))
        for row in sorted(sheet.rows) if found is not None else ():
            assert found is not None
            if row > found.header:
                _input(ledger, found, row, tables, told)
    for name, places in told.items():
        there, columns = tables.sheet(name), {column for _, column in places}
        rows = there.rows if there is not None else {}
        missing = ((r, c) for r, cells in rows.items() for c in cells if r > 1 and c in columns and (r, c) not in places)
        for row, column in missing:
            if there is not None and row not in there.totals and rows[row][column].value != "":
                ledger.fault(f"{INPUTS}: {name}!{address(row, column)} of {source.name} is not told")


def _input(ledger: Ledger, found: Table, row: int, tables: Tables, told: dict[str, set[tuple[int, int]]]) -> None:
    sheet, columns = found.sheet, found.columns
    place, of = sheet.at(row, columns["Cell"]), sheet.at(row, columns["Sheet"])
    name, at = of.text if of is not None else "", position(place.text if place is not None else "")
    there = tables.sheet(name)
    cell = there.at(*at) if there is not None else None
    header = there.at(1, at[1]) if there is not None else None
    if cell is None or header is None or at in told.get(name, ()):
        ledger.fault(f"{sheet.name}, row {row}: the input has no such cell, or it is told twice")
        return
    told.setdefault(name, set()).add(at)
    ledger.derived |= {(sheet.name, row, columns["Sheet"]), (sheet.name, row, columns["Cell"])}
    column = sheet.at(row, columns["Column"])
    if column is None or folded(column.text) != folded(typed(header)):
        ledger.fault(f"{sheet.name}!{address(row, columns['Column'])}: {typed(header)} is the header in the input")
    ledger.derived.add((sheet.name, row, columns["Column"]))
    if _comparable(cell):
        ledger.expect(sheet, row, columns["Value"], typed(cell))


def _comparable(cell: Cell) -> bool:
    return not (cell.dated or cell.error) and not (isinstance(cell.value, str) and len(cell.value) > CUT)


def asked(file: File, tables: Tables) -> tuple[str, tuple[str, ...]]:
    """The scenario that a results workbook says it answers, and the settings on top of it. Raises Unreadable."""
    found = facts(file.sheets[RUN]) if RUN in file.sheets else {}
    said, note = (found.get(fact, (0, ""))[1] for fact in ("Scenario", "Note"))
    names = sorted((line.text("Scenario") for line in tables.lines("Scenarios", "Scenario")), key=len, reverse=True)
    for name in names:
        if said == name or said.startswith(f"{name}: "):
            return name, ()
        if said.startswith(f"{name} changed: ") and note.startswith(f"As {name}, but "):
            return name, tuple(note.removeprefix(f"As {name}, but ").removesuffix(".").split("; "))
    raise Unreadable(f"the plan has no scenario {said or 'without a name'}, which the sheet {RUN} names")


def digest(ledger: Ledger, source: File) -> None:
    """That a workbook of another kind was made from this file: its digest stands on the sheet Run."""
    sheet = ledger.sheet(RUN)
    rows = [row for fact, (row, _) in facts(sheet).items() if fact.startswith("SHA-256")]
    if not rows:
        ledger.fault(f"{RUN}: it does not say from which file it was made")
    for row in rows:
        ledger.expect(sheet, row, 2, source.sha256)


def facts(sheet: Sheet) -> Said:
    found: Said = {}
    for row, cells in sorted(sheet.rows.items()):
        if len(cells) == 2 and 1 in cells and 2 in cells:
            found.setdefault(cells[1].text, (row, cells[2].text))
    return found


def run(ledger: Ledger, said: Answer, source: File) -> None:
    """The digest of the file, whatever it is called; what was asked of it, and what was attained."""
    sheet, question = ledger.sheet(RUN), said.question
    found = facts(sheet)
    name = question.name
    if question.title and question.title != name:
        name = f"{name}: {question.title}"
    wanted = {
        "Plan": question.plan.title,
        DIGEST: source.sha256,
        "Scenario": name,
        "Objective": question.objective,
        "Note": question.note,
    }
    for fact, text in wanted.items():
        if fact in found:
            ledger.expect(sheet, found[fact][0], 2, text)
        elif text:
            ledger.fault(f"{RUN}: {fact} is missing")
    if "Resources" in found:
        ledger.begins(sheet, found["Resources"][0], 2, money(question.plan.currency, question.resources))
    _attained(ledger, said, sheet, found)
    _changes(ledger, said, sheet)


def money(currency: str, amount: int) -> str:
    """US$237,000,000; CHF 5,000."""
    return f"{currency}{' ' if currency[-1:].isalnum() else ''}{amount:,}".replace(" ", "\u00a0")


def _attained(ledger: Ledger, said: Answer, sheet: Sheet, found: Said) -> None:
    """Figures in the text, with as many digits as it shows."""
    row, text = found.get("Attained", (0, ""))
    objective = said.question.objective
    exact = [said.value()]
    if objective == "tiers":
        exact = [said.value(tier) for tier in sorted({o.tier for o in said.plan.outputs if o.tier is not None})]
    elif objective == "balanced":
        exact = [coverage(said.plan, said.given), said.value()]
    parts = text.split("; ")
    if len(parts) != len(exact) or not all(map(_tells, parts, exact)):
        ledger.fault(f"{RUN}!B{row}: {text} is not what is attained, {', '.join(f'{float(each):.10g}' for each in exact)}")


def _tells(text: str, exact: Fraction) -> bool:
    """Whether the first figure in a text is the exact one, rounded to the digits shown."""
    figure = text.partition(": ")[2].replace("\u00a0", " ").split(" ")[0]
    percent = figure.endswith("%")
    figure = figure.rstrip("%").replace(",", "")
    if not figure.replace(".", "", 1).isdecimal():
        return False
    places = len(figure.partition(".")[2])
    return abs(Fraction(figure) - exact * (100 if percent else 1)) <= Fraction(1, 10**places)


def _changes(ledger: Ledger, said: Answer, sheet: Sheet) -> None:
    """What the scenario changes in the plan, change by change."""
    changes = said.question.changes
    found = table(ledger, sheet, ("Applies to", "Item", "Setting", "Value", "Place"))
    if found is None:
        return
    for i, (kind, item, setting, value) in enumerate(changes):
        cells = [found.at(i, header) for header in ("Applies to", "Item", "Setting", "Value")]
        texts = [folded(cell.text) if cell is not None else "" for cell in cells]
        if texts != [folded(kind), folded(item), folded(setting), folded(value)]:
            ledger.fault(f"{RUN}, row {found.row(i)}: the change {kind} {item} {setting} {value} is expected")
        headers = ("Applies to", "Item", "Setting", "Value")
        ledger.derived |= {(sheet.name, found.row(i), found.columns[header]) for header in headers}
    if found.at(len(changes), "Item") is not None:
        ledger.fault(f"{RUN}, row {found.row(len(changes))}: the scenario has no such change")
