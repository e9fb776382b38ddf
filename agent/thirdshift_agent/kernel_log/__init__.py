"""The kernel's log as a witness: what the NVIDIA drivers write there about a GPU or a switch."""
