"""What the site file no longer knows: a node that was taken away or renamed."""

from __future__ import annotations

import logging
from datetime import datetime

from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.fleet.scopes import nodes_in
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.store import incidents, signals, work_orders
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import IncidentRow
from thirdshift_controller.wire import Scope, WorkOrderState

log = logging.getLogger(__name__)
LEFT = "the node left the site file"


def dismiss_strangers(store: Store, site: Site, now: datetime) -> None:
    """At start: end what is open on nodes that the site file no longer knows."""
    with store.write() as session:
        for signal in signals.untriaged_elsewhere(session, site.by_name):
            signal.triaged = True
            session.add(signal)
        for incident in incidents.still_open(session):
            if _is_known(incident, site):
                continue
            assert incident.id is not None
            order = work_orders.open_for(session, incident.id)
            if order is not None:
                order.state, order.open_key = WorkOrderState.CANCELLED, None
                session.add(order)
            lifecycle.close(session, incident, now, LEFT)
            log.warning("incident closed: node unknown", extra={"node": incident.node})


def _is_known(incident: IncidentRow, site: Site) -> bool:
    if incident.node:
        return incident.node in site.by_name
    place = (incident.scope, incident.scope_name)
    return incident.scope is Scope.DRIVER or bool(nodes_in(place, site, {}))
