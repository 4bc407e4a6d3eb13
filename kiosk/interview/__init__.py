"""What is asked: interview scripts and the candidate-facing words around them."""
