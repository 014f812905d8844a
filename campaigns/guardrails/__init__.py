"""Rules that pause a campaign based on its figures: measuring, judging, storing trips, re-arming."""
