"""Small faulty implementations to learn from: each file holds one mistake, manifest.json says which."""
