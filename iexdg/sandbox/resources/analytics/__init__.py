"""Analytics of campaigns and of sending accounts."""
