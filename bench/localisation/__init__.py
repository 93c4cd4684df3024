"""How well the cells at fault are found: single faults planted in consistent returns, and the most that can be known."""
