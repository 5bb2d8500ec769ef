"""What a Cluster is: JSON Schema documents, what their annotations mean, and what is wrong with a document.

Refuses to import jsonschema before a document has a mistake to explain.
"""

from schemas.accept import is_acceptable
from schemas.check import check_cluster
from schemas.fields import Field, Kind, cluster_field, find_child, find_field, is_sensitive_name
from schemas.loading import load_document
from schemas.violations import Code, Path, Violation

__all__ = [
    "Code",
    "Field",
    "Kind",
    "Path",
    "Violation",
    "check_cluster",
    "cluster_field",
    "find_child",
    "find_field",
    "is_acceptable",
    "is_sensitive_name",
    "load_document",
]
