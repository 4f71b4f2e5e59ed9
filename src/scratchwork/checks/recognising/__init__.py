"""Which object plays which role: by name, by source, by behaviour."""
