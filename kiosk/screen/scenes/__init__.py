"""The screens outside the conversation, a file for each part of a visit."""
