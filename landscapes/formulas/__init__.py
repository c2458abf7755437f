"""From a formula as people write it to a landscape."""
