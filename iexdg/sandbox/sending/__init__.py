"""What happens by itself: schedules, the send tick, why a campaign does not send, and what recipients do."""
