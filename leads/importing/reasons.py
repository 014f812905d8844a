"""Why a line is left out, as far as its own cells tell. Each is a Reason of Row.

Plain words, so that the child process that reads a file needs no Django.
"""

NO_EMAIL = "no_email"
BAD_EMAIL = "bad_email"
BAD_SHAPE = "bad_shape"
NOTE = "note"
CELL_TOO_LONG = "cell_too_long"
MARKED_UNSUBSCRIBED = "marked_unsubscribed"
MARKED_DO_NOT_MAIL = "marked_do_not_mail"
MARKED_BOUNCED = "marked_bounced"
MARKED_INVALID = "marked_invalid"
