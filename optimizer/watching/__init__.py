"""A workbook watched: at each save its results are refreshed and its findings listed beside it."""
