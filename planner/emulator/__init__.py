"""A faithful Manager API to run against. Imports only `schemas`; shares no code with the client."""
