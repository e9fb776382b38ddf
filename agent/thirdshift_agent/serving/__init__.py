"""The agent's doors: what comes in, who may, and what is answered.

doors        the doors as the command line asks for them
server       connections, bounded; `connection` speaks HTTP on one
exchange     a request and its answer; `json_body` reads what is sent
routes       what a node publishes; `room_routes` for many simulated ones
tls, tokens  who may read
control      the socket for hands on the node; `control_client` speaks to it
"""
