"""The line to the model: the token, the peer connection and the protocol spoken over it."""
