"""The web pages: one Flask application made of small blueprints."""
