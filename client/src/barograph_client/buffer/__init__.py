"""What waits in memory."""
