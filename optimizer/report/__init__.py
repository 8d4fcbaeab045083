"""Results to tables, tables to files. Builders know plans and no file format; renderers know tables and no plan."""
