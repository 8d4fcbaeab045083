"""Thousands of scenarios of one plan: read from a file, answered by several processes or a cluster, kept, summed up."""
