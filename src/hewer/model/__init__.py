"""The document: work, site, crew, terms and params; reading, writing, checking."""
