"""Who should meet: profiles in, scored and explained pairs out."""
