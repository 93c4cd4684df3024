"""The nouns: frozen dataclasses, standard library only. Nothing here imports another room."""
