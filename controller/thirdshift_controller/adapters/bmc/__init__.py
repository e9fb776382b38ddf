"""The nodes' management controllers: Redfish by DMTF's client library, IPMI by `ipmitool`.

`bmcs.py` is the way in. It implements `intake.management.BmcReader` and, for what a BMC can do,
`remedies.port.Remedy`; which family a node's BMC speaks, its URL says.
"""
