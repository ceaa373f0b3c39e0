"""Bulk ingest: files are read and embedded as stages of Ray Data on many machines, and written by the one process.

Nothing here imports Ray before a cluster is opened.
"""
