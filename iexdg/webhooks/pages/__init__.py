"""The receiver and the deliveries as their templates read them."""
