"""Questions asked of runs and steps due, by what is asked."""
