"""What people are told: the kinds of notices, when mail leaves, and whom to remind."""
