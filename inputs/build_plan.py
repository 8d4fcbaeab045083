"""Makes plan_outputs.xlsx from the CSV files in source/: python inputs/build_plan.py [FILE]

The same files give the same bytes, wherever and whenever it is run.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from optimizer.files import sheets
from optimizer.files.template import Content, Row, write_input_workbook

HERE = Path(__file__).resolve().parent
WORKBOOK = HERE / "plan_outputs.xlsx"

SETTINGS: dict[str, str | int] = {
    "title": "Plan of action on social protection for the period 2021–26",
    "reference": "GB.343/INS/3/1",
    "currency": "US$",
    "display_unit": 1000,
    "unit_of_account": 1000,
    "delivery_step": 5,
    "schema_version": sheets.SCHEMA_VERSION,
    "version_label": "October 2021, illustrative split",
    "status": "draft",
    "costing_date": "October 2021, indicative",
    "base_scenario": "Base",
    "notice": "Illustrative split: replace with the Office's costing",
}
SETTING_COMMENTS = {
    "title": "GB.343/INS/3/1, purpose of the document.",
    "delivery_step": "Indicative costing deserves no finer steps.",
    "costing_date": "Para. 26: best estimates of the Office, to be considered as an indicative costing.",
    "notice": "Only the component totals are printed in the document.",
    **dict.fromkeys(("title:fr", "title:es"), "Working translation, not the official one."),
}
ABOUT = (
    (
        "Printed",
        "In GB.343/INS/3/1: the five component totals (US$190, 20, 15, 8 and 4 million, 237 in all, indicative), and the outputs "
        "with their paragraphs of the conclusions, Programme and Budget outputs, SDG targets, time frames and measurable "
        "targets. No cost per output is printed.",
    ),
    (
        "Working translations",
        "The French and Spanish titles are working translations made for this workbook, not those of the official versions of "
        "the document: replace them before publication.",
    ),
    (
        "Assumed",
        "To be replaced by those who own the sheets: how each component's total is split over its outputs, minimum viable "
        "amounts, scores, links, levels, minimum allocations, commitments, short titles, the tags under “other”. The rules are "
        "in inputs/source/README.md.",
    ),
    (
        "Invented",
        "For illustration only: the amounts on the sheet Funds and what each source may pay for, the sheet Profile, what is "
        "spent and delivered, and the adopted amounts that follow from these. The document states no funding by source. They "
        "count only in the scenarios By source and biennium and Mid-term re-plan.",
    ),
)
INVENTED = "Invented for illustration"
PARAGRAPHS, PROGRAMME, SDG, OTHER = "conclusions paragraphs", "P&B outputs", "SDG targets", "other"


def main(arguments: list[str]) -> None:
    path = Path(arguments[0]) if arguments else WORKBOOK
    write_input_workbook(path, content())
    print(f"{path} written", file=sys.stderr)


def content() -> Content:
    rows = {
        sheets.COMPONENTS.name: components(),
        sheets.OUTPUTS.name: outputs(),
        sheets.CRITERIA.name: criteria(),
        sheets.LINKS.name: links(),
        sheets.LEVELS.name: levels(),
        sheets.TARGETS.name: targets(),
        sheets.PERIODS.name: periods(),
        sheets.FUNDS.name: funds(),
        sheets.PROFILE.name: profile(),
        sheets.SCENARIOS.name: scenarios(),
        sheets.CHANGES.name: changes(),
    }
    return Content(SETTINGS | translations("plan", ""), rows, (PARAGRAPHS, PROGRAMME, SDG, OTHER), SETTING_COMMENTS, ABOUT)


def read(name: str) -> list[dict[str, str]]:
    with (HERE / "source" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_output(name: str) -> dict[str, dict[str, str]]:
    return {row["output_id"]: row for row in read(name)}


def translations(kind: str, key: str) -> dict[str, str]:
    """The French and Spanish titles of an item; working translations, and of outputs the short ones too."""
    found = [row for row in read("titles") if (row["kind"], row["id"]) == (kind, key)]
    if len(found) != 1:
        raise ValueError(f"{kind} {key} stands {len(found)} times in titles.csv")
    columns = {"title:fr": "fr", "short_title:fr": "short_fr", "title:es": "es", "short_title:es": "short_es"}
    return {column: found[0][name] for column, name in columns.items() if found[0][name]}


def components() -> list[Row]:
    return [
        {
            "id": row["id"],
            "title": row["title"],
            "estimate": int(row["estimate_usd_million"]) * 1_000_000,
            "minimum_basis": "% of estimate",
            "minimum": int(row["minimum_percent_of_estimate"]),
            "weight": 1,
            "comment": f"Title and estimate: {row['source']}. The minimum allocation is an assumption.",
            **translations("component", row["id"]),
        }
        for row in read("components")
    ]


def criteria() -> list[Row]:
    return [
        {
            "id": row["id"],
            "title": row["title"],
            "weight": 1,
            "meaning_of_0": row["meaning_of_0"],
            "meaning_of_100": row["meaning_of_100"],
            "comment": f"Computed by rule: {row['rule']}.",
            **translations("criterion", row["id"]),
        }
        for row in read("criteria")
    ]


def outputs() -> list[Row]:
    """Each output from the file that prints it, with what the other files say of it."""
    costing, commitments = by_output("illustrative_costing"), by_output("commitments")
    results, printed = by_output("expected_results"), by_output("targets")
    done, adopted = by_output("progress"), by_output("adopted")
    unprinted = sorted(results.keys() - printed.keys())
    if unprinted:
        raise ValueError(f"expected results without a printed target: {', '.join(unprinted)}")
    rows: list[Row] = []
    for row in read("plan_outputs"):
        key = row["output_id"]
        costs = costing[key]
        result = results.get(key, {})
        comment = f"Minimum viable amount: {costs['min_share_rule']}."
        if result:
            comment += f" Expected result: {printed[key]['source']}."
        comment += f" {INVENTED}: {'spent, delivered, ' if key in done else ''}adopted amount."
        rows.append(
            {
                "id": key,
                "component": row["component"],
                "title": row["title"],
                "short_title": row["short_title"],
                "cost": thousands(costs["cost_usd_thousand"]),
                "cost_basis": "illustrative",
                "minimum": thousands(costs["min_cost_usd_thousand"]),
                "result_full": result.get("full"),
                "result_minimum": result.get("minimum"),
                "start": int(row["start_year"]),
                "end": int(row["end_year"]),
                "comment": comment,
                "adopted": number(adopted.get(key, {}).get("adopted")),
                **progress(done.get(key)),
                **commitment(commitments.get(key), costs),
                **scores(costs),
                **tags(row),
                **translations("output", key),
            }
        )
    return rows


def thousands(text: str) -> int:
    return int(text) * 1000


def number(text: str | None) -> int | None:
    """Nothing for a blank, which is not 0."""
    return int(text) if text else None


def progress(row: dict[str, str] | None) -> Row:
    return {} if row is None else {"spent": thousands(row["spent_usd_thousand"]), "delivered": int(row["delivered_percent"])}


def commitment(row: dict[str, str] | None, costs: dict[str, str]) -> Row:
    if row is None:
        return {"status": "open"}
    amount = {"full": costs["cost_usd_thousand"], "minimum": costs["min_cost_usd_thousand"]}[row["amount"]]
    return {"status": "committed", "committed": thousands(amount), "reason": row["reason"]}


def scores(costs: dict[str, str]) -> Row:
    found: dict[str, str | float] = {}
    for row in read("criteria"):
        found[f"score:{row['id']}"] = float(costs[row["score_column"]])
        found[f"source:{row['id']}"] = "computed"
    return found


def tags(row: dict[str, str]) -> Row:
    """Free tags only where the title of the output bears them out; free_tags.csv says by which words."""
    columns = {PARAGRAPHS: "paragraphs", PROGRAMME: "pb_outputs", SDG: "sdg_targets"}
    found = {f"tags:{name}": "; ".join(row[column].split(";")) for name, column in columns.items()}
    free = [tag["tag"] for tag in read("free_tags") if tag["output_id"] == row["output_id"]]
    return {**found, f"tags:{OTHER}": "; ".join(free)}


def links() -> list[Row]:
    return [
        {
            "kind": "requires",
            "output": row["output_id"],
            "requires": row["requires"],
            "strength": row["kind"],
            "basis": f"{sentence(row['basis_location'])}: “{row['basis_quote']}”",
            "comment": f"{sentence(row['reason'])} ({row['status']}).",
        }
        for row in read("dependencies")
    ]


def sentence(text: str) -> str:
    """With a capital first; the rest, names among it, stays."""
    return text[:1].upper() + text[1:]


def levels() -> list[Row]:
    return [
        {
            "output": row["output_id"],
            "amount": thousands(row["amount_usd_thousand"]),
            "share": int(row["share_percent"]),
            "result": row["result"],
            "comment": row["basis"],
        }
        for row in read("levels")
    ]


def targets() -> list[Row]:
    """As printed; the comment says what is not."""
    return [
        {
            "output": row["output_id"],
            "measure": row["measure"],
            "target": row["target"],
            "deadline": row["deadline"],
            "source": sentence(row["source"]),
            "comment": f"{sentence(row['status'])}.",
        }
        for row in read("targets")
    ]


def periods() -> list[Row]:
    return [{**row, "first": int(row["first"]), "last": int(row["last"])} for row in read("periods")]


def funds() -> list[Row]:
    """The amounts and restrictions are invented; each row says so."""
    copied = ("id", "title", "category", "components", "outputs", "tags", "carry_over")
    return [
        {
            **{key: row[key] for key in copied},
            "cap": thousands(row["cap_usd_thousand"]) if row["cap_usd_thousand"] else None,
            **{f"amount:{name}": thousands(row[name]) for name in period_names()},
            "comment": f"{INVENTED}. {row['comment']}",
        }
        for row in read("funds")
    ]


def profile() -> list[Row]:
    return [
        {
            "output": row["output_id"],
            "share": number(row["level_percent"]),
            "basis": "shares",
            **{f"part:{name}": number(row[name]) for name in period_names()},
            "comment": f"{INVENTED}. {row['reason']}.",
        }
        for row in read("profile")
    ]


def period_names() -> list[str]:
    return [row["name"] for row in read("periods")]


def scenarios() -> list[Row]:
    return [{**row, "resources": int(row["resources"]), **translations("scenario", row["name"])} for row in read("scenarios")]


def changes() -> list[Row]:
    return [{**row, "value": int(row["value"]) if row["value"].isdigit() else row["value"]} for row in read("scenario_changes")]


if __name__ == "__main__":
    main(sys.argv[1:])
