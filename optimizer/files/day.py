"""The day of somebody who owns a plan, in the ten lines that a new workbook's Guide begins with."""

from __future__ import annotations

DAY = (
    ("1. Open", "This workbook, in Excel or LibreOffice. There is one of it: all who fill it in work on the same file."),
    (
        "2. Fill in",
        "Plan and Components first, then Outputs, Criteria and Scenarios; the other sheets may stay empty. A new row goes "
        "directly below the last one of a table. The list below says who fills in what; the note on a header what it holds.",
    ),
    ("3. Save", "Under the same name. Say on the sheet Plan which version it is."),
    (
        "4. Check",
        "On the command line: optimizer check FILE.xlsx lists what is missing or wrong, by sheet and cell, with the remedy.",
    ),
    (
        "5. Run, or watch",
        "optimizer run FILE.xlsx writes the results into the folder results; optimizer watch FILE.xlsx does so at every save. "
        "Neither changes this workbook.",
    ),
    (
        "6. Read",
        "Open the results workbook: the sheet Summary first, then Prioritisation, which says what is funded, in part or later. "
        "The sheet Checks says how it was verified.",
    ),
    (
        "7. Ask what if",
        "Change a budget, a weight or a status, or add a row to Scenarios; save and run again. The sheet Changes of the results "
        "says what is different.",
    ),
    ("8. Copy the tables", "From the Word document beside the results workbook, straight into the paper. Type no number again."),
    (
        "9. Keep the adopted",
        "Put the results workbook that was adopted beside this file under a name of its own, and type that name on the sheet "
        "Plan: Last adopted results. It is never replaced.",
    ),
    (
        "10. Re-plan",
        "When money or facts have changed: type what is spent and delivered on Outputs and the first open year on Plan; "
        "optimizer replan FILE.xlsx shows what each further change to what was adopted is worth.",
    ),
)
