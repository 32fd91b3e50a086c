"""The pages of the day itself."""
