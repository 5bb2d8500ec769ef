"""Inputs: what the command line hands to a workflow, by the names that the configuration has for it."""

from planner.config.configuration import Assignment, MissingVariable, VariableFile, VariableInput

__all__ = ["Assignment", "MissingVariable", "VariableFile", "VariableInput"]
