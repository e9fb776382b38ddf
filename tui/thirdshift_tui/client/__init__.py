"""How the console reaches a site: the port, the real client, and the fake that ships beside it."""
