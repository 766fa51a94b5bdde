"""Uploads a model to the Hugging Face Hub: merges, pushes, converts, documents. Standard library alone."""
