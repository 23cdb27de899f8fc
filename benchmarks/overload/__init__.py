"""What a service answers when more is asked of it than its query can do."""
