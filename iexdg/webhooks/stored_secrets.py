"""The secrets that this app stores, for the command that encrypts them with the newest key."""

from iexdg.connections.rotation import declare_secrets
from iexdg.webhooks.receivers import renew

declare_secrets(renew)
