"""What a video file says of itself, read from its container with hard bounds: no decoder, no other program."""
