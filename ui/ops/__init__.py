"""Running the application as a service: health, metrics, a log line for each request, an orderly stop."""
