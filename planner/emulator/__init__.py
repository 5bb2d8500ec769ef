"""A faithful Manager API to run against. Imports only `schemas`; shares no code with the client.

In process: `planner.emulator.app.make_app`. Over a file, with no server: `planner.emulator.embedded`, addressed as in
`planner.emulator.endpoint`. As a server: `planner.emulator.server`. Faults on purpose: `trouble` and `scripting`.
"""
