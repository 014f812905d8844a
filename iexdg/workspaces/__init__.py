"""The workspaces at Instantly: which one is connected, its mode, its kill switch, and how every write is recorded."""
