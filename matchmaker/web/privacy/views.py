"""What organizers see of the rights of people: requests, and how long things are kept."""
