"""Pages for policy teams, researchers and trainers. They draw; what they draw is computed by the floors below."""
