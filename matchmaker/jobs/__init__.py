"""The timers and the queue: take due work under a lease, call one service each, commit each."""
