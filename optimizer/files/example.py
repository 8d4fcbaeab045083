"""A small plan to learn from: all of it invented, every kind of sheet filled in, solved in a moment."""

from __future__ import annotations

from optimizer.files import sheets
from optimizer.files.template import Cell, Content, Row

_NOTICE = "Example: all names and amounts are invented"
_ABOUT = (
    (
        "Example",
        "Everything is invented: the coast, its towns, all costs, scores and decisions. Change anything and run it again; when "
        "it is clear how the sheets work together, begin with your own plan: optimizer new PLAN.xlsx writes an empty workbook.",
    ),
)
_SETTINGS: dict[str, Cell] = {
    "title": "Example: harbour towns resilience programme 2027–30",
    "title:fr": "Exemple : programme de résilience des villes portuaires 2027-2030",
    "reference": "Example 1",
    "currency": "US$",
    "display_unit": 1000,
    "unit_of_account": 10_000,
    "delivery_step": 10,
    "schema_version": sheets.SCHEMA_VERSION,
    "version_label": "Example",
    "status": "draft",
    "costing_date": "January 2027, invented",
    "published_by": "the programme council",
    "published_by:fr": "le conseil du programme",
    "base_scenario": "Base",
    "notice": _NOTICE,
}
_TAGS = ("goals",)


def example() -> Content:
    """Three components, eight outputs, two funds, two periods."""
    made = {name: [dict(zip(keys, row, strict=True)) for row in rows] for name, (keys, rows) in _SHEETS.items()}
    more: list[Row] = [dict(zip(_MORE_KEYS, row, strict=True)) for row in _MORE]
    outputs: list[Row] = [
        {
            **row,
            **added,
            "cost_basis": "illustrative",
            "source:need": "judged",
            "source:reach": "computed",
            "source:ready": "judged",
        }
        for row, added in zip(made["Outputs"], more, strict=True)
    ]
    return Content(_SETTINGS, {**made, "Outputs": outputs}, _TAGS, {}, _ABOUT, every_sheet=True)


_MORE_KEYS = ("result_full", "result_minimum", "reason", "tier", "spent", "delivered", "adopted", "title:fr")
_MORE: tuple[tuple[Cell, ...], ...] = (
    ("Alerts in 12 towns", "Alerts in the six towns most at risk", None, 1, 700_000, 40, 1_800_000,
     "Sirènes et alertes par message dans 12 villes portuaires"),
    ("Maps for all 12 towns", "Maps for six towns", None, 1, 600_000, 100, 600_000,
     "Cartes des zones inondables de chaque ville portuaire"),
    ("A drill a year in every school and clinic", "A drill a year in every clinic", None, 2, None, None, 500_000,
     "Exercices dans les écoles et les dispensaires"),
    ("16 clinics", "Six clinics", None, 1, 900_000, 30, 2_200_000,
     "Dispensaires à l’épreuve des inondations"),
    ("Four roads", "Two roads", None, 2, None, None, 1_440_000,
     "Routes d’accès surélevées"),
    ("30 school roofs", "15 school roofs", None, 2, None, None, 1_330_000,
     "Toits d’écoles résistant aux tempêtes"),
    ("One evaluation, published", None, "Promised in the agreement with the donor", 1, None, None, 400_000,
     "Évaluation indépendante"),
    ("40 broadcasts in three languages", "20 broadcasts in one language", None, 3, None, None, 300_000,
     "Émissions de radio sur la vie avec la mer"),
)  # fmt: skip
_SHEETS: dict[str, tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]] = {
    "Components": (
        ("id", "title", "estimate", "minimum_basis", "minimum", "weight", "comment", "title:fr"),
        (
            ("1", "Early warning", 2_900_000, "% of estimate", 40, 1, "The minimum is a decision of the council.",
             "Alerte précoce"),
            ("2", "Safer buildings and roads", 7_500_000, "% of estimate", 40, 1, None,
             "Bâtiments et routes plus sûrs"),
            ("3", "Learning", 700_000, "amount", 400_000, 1, "The minimum is the evaluation.", "Apprentissage"),
        ),
    ),
    "Outputs": (
        ("id", "component", "title", "short_title", "unit", "cost", "minimum", "status", "committed", "start", "end",
         "score:need", "score:reach", "score:ready", "tags:goals", "comment"),
        (
            ("1.1", "1", "Sirens and text alerts in 12 harbour towns", "Sirens and alerts", "Early warning unit",
             1_800_000, 900_000, "open", None, 2027, 2030, 90, 100, 60, "G1; G2", "The id is text: 1.10 is another output."),
            ("1.2", "1", "Flood maps of every harbour town", "Flood maps", "Early warning unit",
             600_000, 300_000, "open", None, 2027, 2028, 70, 100, 90, "G1", None),
            ("1.3", "1", "Drills in schools and clinics", "Drills", "Early warning unit",
             500_000, 200_000, "open", None, 2028, 2030, 60, 70, 80, "G1; G3", None),
            ("2.1", "2", "Clinics that stay open in a flood", "Flood-proof clinics", "Public works",
             3_200_000, 1_200_000, "open", None, 2027, 2030, 100, 60, 50, "G2", "The sheet Levels has what six, 11 and 16 cost."),
            ("2.2", "2", "Raised access roads", "Access roads", "Public works",
             2_400_000, 1_200_000, "open", None, 2028, 2030, 60, 80, 30, "G2", None),
            ("2.3", "2", "School roofs that withstand storms", "School roofs", "Public works",
             1_900_000, 950_000, "open", None, 2028, 2030, 70, 40, 60, "G2; G3", None),
            ("3.1", "3", "Independent evaluation", "Evaluation", "Programme office",
             400_000, 400_000, "committed", 400_000, 2028, 2030, 30, 20, 90, "G4", "All or nothing: the minimum is the cost."),
            ("3.2", "3", "Radio series on living with the sea", "Radio series", "Programme office",
             300_000, 150_000, "open", None, 2027, 2030, 30, 90, 80, "G3; G4", None),
        ),
    ),
    "Criteria": (
        ("id", "title", "weight", "meaning_of_0", "meaning_of_100", "comment", "title:fr"),
        (
            ("need", "Need", 50, "Nobody is at risk without it", "Lives are at risk without it", None, "Besoin"),
            ("reach", "People reached", 30, "Nobody", "Everybody on the coast", "Computed: share of the 12 towns.",
             "Personnes atteintes"),
            ("ready", "Readiness", 20, "Not yet designed", "Can begin tomorrow", None, "État de préparation"),
        ),
    ),
    "Links": (
        ("kind", "output", "requires", "share", "group", "k", "strength", "basis", "comment"),
        (
            ("requires", "1.1", "1.2", 50, None, None, "hard", "Early warning unit: alerts need maps of half the towns", None),
            ("requires", "1.3", "1.1", None, None, None, "soft", "Drills are better with alerts", "Soft: for information."),
            ("at least", "1.3", None, None, "awareness", 1, None, "Council: people must hear of it", None),
            ("at least", "3.2", None, None, "awareness", 1, None, "Council: people must hear of it", None),
        ),
    ),
    "Levels": (
        ("output", "amount", "share", "result"),
        (("2.1", 1_200_000, 40, "Six clinics"), ("2.1", 2_200_000, 72, "11 clinics"), ("2.1", 3_200_000, 100, "16 clinics")),
    ),
    "Targets": (
        ("output", "measure", "target", "deadline", "source"),
        (
            ("1.1", "towns with alerts", "12", "2030", "Programme, page 4"),
            ("2.1", "clinics that stay open", "at least 16", "2030", "Programme, page 6"),
        ),
    ),
    "Periods": (("name", "first", "last"), (("2027–28", 2027, 2028), ("2029–30", 2029, 2030))),
    "Funds": (
        ("id", "title", "category", "components", "tags", "carry_over", "cap", "amount:2027–28", "amount:2029–30", "comment"),
        (
            ("GOV", "Government budget", "own budget", None, None, "no", None, 2_600_000, 2_200_000, "Lapses with its period."),
            ("DON", "Donor project", "existing projects", "2", "G4", "yes", 800_000, 1_800_000, 2_000_000,
             "For component 2 and for what carries the tag G4."),
        ),
    ),
    "Profile": (
        ("output", "share", "fund", "basis", "part:2027–28", "part:2029–30", "comment"),
        (("3.1", None, "DON", "shares", 10, 90, "Paid by the donor, nearly all of it at the end."),),
    ),
    "Coverage": (("tag_column", "tag", "least", "comment"), (("goals", "G3", 1, "Something for children."),)),
    "Scenarios": (
        ("name", "title", "resources_basis", "resources", "objective", "note", "title:fr"),
        (
            ("Base", "Resources of 75 per cent of the estimate", "% of estimate", 75, "delivery", "What a plain run solves.",
             "Ressources à hauteur de 75 pour cent de l’estimation"),
            ("At 60", "Resources of 60 per cent of the estimate", "% of estimate", 60, "delivery", "If a donor withdraws.",
             "Ressources à hauteur de 60 pour cent de l’estimation"),
            ("Roads wait", "Access roads with a later start", "% of estimate", 75, "delivery", "What is possible without them.",
             "Routes d’accès à une date ultérieure"),
            ("By source", "Resources by source and period", "% of funds", 100, "delivery", "Who pays what, and when.",
             "Ressources par source et par période"),
            ("Half-time", "Half-time review", "% of funds", 100, "delivery", "What is adopted, with at most two changes.",
             "Examen à mi-parcours"),
        ),
    ),
    "Scenario changes": (
        ("scenario", "kind", "item", "setting", "value", "reason", "paragraph"),
        (
            ("Roads wait", "output", "2.2", "status", "deferred", "The route is not yet decided", None),
            ("Roads wait", "criterion", "reach", "weight", 20, "Without roads, reach counts for less", None),
            ("Half-time", "plan", "*", "first open year", 2029, "2027–28 is over", None),
            ("Half-time", "plan", "*", "allowed changes", 2, "Too many changes confuse the towns", None),
        ),
    ),
}  # fmt: skip
