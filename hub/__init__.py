"""Liên thông: the hub a local government runs its paperless exchange on."""
