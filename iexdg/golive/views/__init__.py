"""Requests about go-lives and the approval policy."""
