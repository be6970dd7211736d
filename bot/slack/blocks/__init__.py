"""Domain objects → Block Kit, by pure functions. No function here asks anybody anything."""
