"""Test e-mails."""
