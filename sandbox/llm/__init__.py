"""Models: the simulated model, its plan, prices, latency, and the endpoint that charges them."""
