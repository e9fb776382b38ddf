"""The month on paper: gathered once, reckoned in `costs/`, then written as Markdown and HTML."""
