"""What a Cluster is: JSON Schema documents, what their annotations mean, and what is wrong with a document.

Refuses to import jsonschema before a document has a mistake to explain.
"""

from schemas.accept import is_acceptable
from schemas.check import check_cluster
from schemas.druid_properties import find_property_meaning
from schemas.fields import (
    Field,
    Kind,
    cluster_field,
    find_child,
    find_entry,
    find_field,
    find_named,
    is_sensitive_entry,
    is_sensitive_name,
)
from schemas.jvm_options import FlagChanges, compare_flags
from schemas.loading import load_document
from schemas.meanings import Meaning, canonicalise, measure
from schemas.violations import Code, Path, Violation

__all__ = [
    "Code",
    "Field",
    "FlagChanges",
    "Kind",
    "Meaning",
    "Path",
    "Violation",
    "canonicalise",
    "check_cluster",
    "cluster_field",
    "compare_flags",
    "find_child",
    "find_entry",
    "find_field",
    "find_named",
    "find_property_meaning",
    "is_acceptable",
    "is_sensitive_entry",
    "is_sensitive_name",
    "load_document",
    "measure",
]
