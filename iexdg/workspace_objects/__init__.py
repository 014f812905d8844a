"""The small things that Instantly keeps for a workspace (tags, labels, keys, webhooks): lists, and changes of them."""
