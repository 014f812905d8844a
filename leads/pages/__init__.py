"""View models of this app's screens: frozen dataclasses that templates print."""
