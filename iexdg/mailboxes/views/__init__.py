"""The views of mailboxes: the list, one mailbox, and changing them."""
