"""Lead lists: leads that are in no campaign."""
