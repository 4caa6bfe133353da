"""Finding companies by words: how texts become words, what a visitor's words ask for, and what was perhaps meant."""
