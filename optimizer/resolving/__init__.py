"""Answers to many questions of one plan: what has not changed is not built again."""
