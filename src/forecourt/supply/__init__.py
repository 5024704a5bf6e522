"""Supply: vehicles, the fair queue, the promise, allocation of cars to orders."""
