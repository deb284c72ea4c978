"""Stand-ins that speak a real protocol: the product under test does not know that they are not the real thing."""
