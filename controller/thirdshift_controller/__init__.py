"""The controller of one site: from signals to incidents, hands, proof and the month's bill.

Other packages may import `thirdshift_controller.wire`, what its API publishes; the rest is private.
"""
