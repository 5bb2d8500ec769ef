"""Plan and apply for Imply clusters behind the Imply Cloud Manager API."""

__version__ = "0.1.0"
__all__ = ["__version__"]
