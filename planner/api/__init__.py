"""The Manager API over HTTP: the only door to httpx on this side. Refuses to decide what to send."""
