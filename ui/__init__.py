"""The parts of the chat page: pure functions from data to escaped HTML, and the server that shows them."""
