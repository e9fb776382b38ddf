"""The one name by which each provider is known, whatever a catalogue calls it."""

from __future__ import annotations

_NAMES = {
    "aws": "AWS",
    "azure": "Azure",
    "cloudrift": "CloudRift",
    "coreweave": "CoreWeave",
    "crusoe": "Crusoe",
    "cudo": "Cudo",
    "datacrunch": "Verda",
    "daytona": "Daytona",
    "digitalocean": "DigitalOcean",
    "fluidstack": "FluidStack",
    "gcp": "Google Cloud",
    "google": "Google Cloud",
    "hotaisle": "Hot Aisle",
    "hyperbolic": "Hyperbolic",
    "hyperstack": "Hyperstack",
    "impossiblecloud": "Impossible Cloud",
    "jarvislabs": "JarvisLabs",
    "lambda": "Lambda",
    "lambdalabs": "Lambda",
    "lium": "Lium",
    "massedcompute": "Massed Compute",
    "nebius": "Nebius",
    "oci": "OCI",
    "oracle": "OCI",
    "ovh": "OVHcloud",
    "ovhcloud": "OVHcloud",
    "primeintellect": "Prime Intellect",
    "runpod": "RunPod",
    "scaleway": "Scaleway",
    "seeweb": "Seeweb",
    "shadeform": "Shadeform",
    "spheron": "Spheron",
    "tensordock": "TensorDock",
    "together": "Together",
    "vast": "Vast",
    "vastai": "Vast",
    "verda": "Verda",
    "voltagepark": "Voltage Park",
    "vultr": "Vultr",
}

MARKETPLACES = frozenset({"Lium", "Prime Intellect", "Shadeform", "Spheron", "TensorDock", "Vast"})
"""They sell what others offer: a single price there is one host's, not a list's."""


def canonical_provider(name: str) -> str:
    """The known name of a provider; one that is not known keeps its own."""
    key = "".join(letter for letter in name.lower() if letter.isalnum())
    return _NAMES.get(key, name.strip())
