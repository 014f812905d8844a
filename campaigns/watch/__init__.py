"""Watching what could send: who may not is paused, whoever did it is named, and silence of the watch is noticed."""
