"""Workbooks in and out: what the sheets are (schema), reading them, writing an input workbook."""
