"""What the site paid and pays: the register of assets, contracts, tariffs, each with its source."""
