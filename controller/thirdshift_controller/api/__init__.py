"""The API: FastAPI routes and who may call them. Thin: it decides nothing."""
