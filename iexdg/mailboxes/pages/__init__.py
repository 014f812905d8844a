"""The pages of mailboxes as their templates read them."""
