"""The control plane under /_sandbox/: tests and demos inspect the world and change it."""
