"""Who uses the product: members, their roles, what a role may do, and their audit events."""
