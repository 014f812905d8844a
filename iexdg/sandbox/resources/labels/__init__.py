"""Labels of the workspace's own, which leads carry as their interest."""
