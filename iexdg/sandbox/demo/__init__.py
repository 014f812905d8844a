"""The workspaces that a simulator can start with: the demo workspace and an empty one."""
