"""Conversations that outlast the page: kept in ``user.db`` with the revisions they cite, exported, erased."""
