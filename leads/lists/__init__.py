"""Lead lists: the mirror of Instantly's lists and of the people in them."""
