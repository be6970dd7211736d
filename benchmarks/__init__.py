"""Speed and memory of Amends, each figure beside a named reference of the same run. `python -m benchmarks`."""
