"""The rights of the people whose data is kept: periods to answer, what names a person, how long things are kept."""
