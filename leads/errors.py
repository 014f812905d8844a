"""What can go wrong with leads."""


class LeadsError(Exception):
    """Root of this app's errors; `code` is stable; the message says what happened and what to do next."""

    code = "leads"


class ImportStateError(LeadsError):
    """The import is not in a state in which this can be done; nothing was changed."""

    code = "import_state"


class AlreadyDoneError(ImportStateError):
    """Someone, or the same person in another tab, did this before; nothing was changed."""

    code = "already_done"


class CampaignRefusedError(LeadsError):
    """Nothing may be loaded into this campaign as it stands; nothing was stored or changed."""

    code = "campaign_refused"


class EffectNotAcceptedError(LeadsError):
    """Loading would change a go-live, and no one accepted that, or accepted something else; nothing was changed."""

    code = "effect_not_accepted"


class NoRoomError(LeadsError):
    """The plan has no room for everyone in the file, and no one accepted that some wait; nothing was changed."""

    code = "no_room"


class MarkedPeopleError(LeadsError):
    """A column calls people unsubscribed or the like, and no one decided about them; nothing was changed."""

    code = "marked"


class LeaseLostError(LeadsError):
    """Another worker now holds the lease of the import; this one must not write any more."""

    code = "lease_lost"


class BlockListError(LeadsError):
    """What was entered for the block list cannot be read, or holds nothing; nothing was changed."""

    code = "block_list"


class MoveError(LeadsError):
    """These people cannot be moved there; nothing was changed."""

    code = "move"


class PeopleChangeError(LeadsError):
    """A list or a person cannot be changed so; nothing was changed."""

    code = "people_change"


class ListRefusedError(LeadsError):
    """Instantly refuses to create a list for the verification."""
