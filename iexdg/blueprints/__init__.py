"""Campaigns as code: a YAML file that is planned against Instantly, applied, read back and pulled."""
