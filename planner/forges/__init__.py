"""Forges: the APIs of GitHub and GitLab, as far as one comment on a pull request needs them."""
