"""Alerts as signals, where a site's own pages have changed what their names mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from fakes.site import small_site
from fakes.world import started
from thirdshift_controller.intake.alerts import AlertIntake, Message
from thirdshift_controller.store import signals
from thirdshift_runbooks.catalogue import Catalogue


def test_an_alert_whose_page_has_lost_its_signals_is_kept_by_its_own_name(tmp_path: Path) -> None:
    with started(tmp_path) as world:
        now = world.clock.now()
        emptied = replace(world.catalogue.page("row-remap-failure"), signals=())
        catalogue = Catalogue((emptied, world.catalogue.unknown))
        alert = {
            "status": "firing",
            "labels": {"alertname": "RowRemapFailure", "node": "gpu-1"},
            "startsAt": now - timedelta(minutes=1),
            "fingerprint": "1",
        }
        message = Message.model_validate({"version": "4", "alerts": [alert]})
        assert AlertIntake(world.store, small_site(), catalogue).receive(message, now).kept == 1
        with world.store.write() as session:
            (kept,) = signals.untriaged(session, 10)
        assert (kept.kind, kept.code) == ("alert", "RowRemapFailure")
