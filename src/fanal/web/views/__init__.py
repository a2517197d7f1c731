"""The pages, one file for each part of the work. Each asks one use case and shows what it says."""
