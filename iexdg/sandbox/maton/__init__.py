"""The Maton gateway in front of the simulated Instantly, and its control plane."""
