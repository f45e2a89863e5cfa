"""Small labelled sets of damaged spacing, and the script that makes them from their texts."""
