"""A second reading of results: everything derived again from two files on disk, without the program that made them.

Nothing here knows the model, the solver, the rules or the report, pandas or numpy; a test sees to it. It is written from
docs/model.md and docs/reference.md.
"""
