"""Everything but the two product apps `campaigns` and `leads`: the layers below and above them.

Wiring (not imported):       settings, urls, asgi, celery
Above campaigns and leads:   golive
Below campaigns:             mailboxes, incidents, operations, workspaces, connections, team, ui, clients,
                             running, states
The simulator of Instantly:  sandbox (shares no code with the product)

`docs/architecture.md` draws the order in which they may import each other.
"""
