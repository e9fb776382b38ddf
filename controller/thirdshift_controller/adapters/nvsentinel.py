"""NVSentinel's requests in the cluster's API: read as custom resources, answered in their status.

Implements `intake.external.RequestSource` and `workorders.requester.Requester`. Needs `list` and
`get` on `externalremediationrequests` and `patch` on their `status`. It lists and does not watch:
repairs take hours, and a list misses nothing. The reasons are the words of NVIDIA/NVSentinel,
docs/designs/040-external-remediation-request.md and tests/helpers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from kubernetes.client import ApiClient, ApiException, Configuration, CustomObjectsApi
from kubernetes.config import ConfigException, load_incluster_config, load_kube_config
from pydantic import ValidationError
from urllib3.exceptions import HTTPError
from yaml import YAMLError

from thirdshift_controller.config import ConfigError, NvsentinelTable
from thirdshift_controller.intake.external import Request, SourceUnreachable
from thirdshift_controller.intake.nvsentinel import COMPLETE, RemediationRequest, translate
from thirdshift_controller.wire.handoff import ExternalSystem
from thirdshift_controller.workorders.requester import (
    Outcome,
    RequesterRefused,
    RequesterUnreachable,
)

log = logging.getLogger(__name__)
PLURAL = "externalremediationrequests"
PAGE = 500
_NOT_FOUND = 404
_PASSING = {0, 408, 409, 429}
"""No answer, and refusals that end by themselves: 409 is somebody else's write between ours."""
_REMEDIES = {
    401: "renew the credentials that kubeconfig_file names",
    403: "grant its account list, get and patch of the status",
    _NOT_FOUND: "mend group and version in [handoff.nvsentinel]",
}


class NvsentinelRequests:
    """The requests of one cluster."""

    system = ExternalSystem.NVSENTINEL

    def __init__(self, table: NvsentinelTable) -> None:
        """Raises `ConfigError`."""
        self._api = CustomObjectsApi(_client(table))
        self._kind = {"group": table.group, "version": table.version, "plural": PLURAL}
        self._timeout = {"_request_timeout": table.timeout_seconds}

    def waiting(self) -> Sequence[Request]:
        """Requests whose node was let go of and that nobody answered yet."""
        try:
            resources = [*self._resources()]
        except (ApiException, HTTPError) as error:
            raise SourceUnreachable(_reason(error)) from error
        return [translate(one) for one in resources if one.is_waiting]

    def tell(self, outcome: Outcome) -> None:
        """Write the condition; `True` is final, and a request that is gone waits for nothing."""
        try:
            found = self._call(self._api.get_cluster_custom_object, name=outcome.reference)
            status = answered(found, outcome)
            if status is not None:
                version = {"resourceVersion": found["metadata"]["resourceVersion"]}
                body = {"metadata": version, "status": status}
                patch = self._api.patch_cluster_custom_object_status
                self._call(patch, name=outcome.reference, body=body)
        except ApiException as error:
            if error.status == _NOT_FOUND:
                return
            passing = error.status in _PASSING or (error.status or 0) >= 500
            raise (RequesterUnreachable if passing else RequesterRefused)(_reason(error)) from error
        except HTTPError as error:
            raise RequesterUnreachable(_reason(error)) from error

    def _resources(self) -> Iterator[RemediationRequest]:
        """Every resource of the kind, page by page; one that is not of its shape is told of."""
        more: str | None = None
        while more != "":
            page = self._call(self._api.list_cluster_custom_object, limit=PAGE, _continue=more)
            for item in page["items"]:
                try:
                    yield RemediationRequest.model_validate(item)
                except ValidationError as error:
                    facts = {"reference": item["metadata"]["name"], "reason": _first(error)}
                    log.warning("request not understood", extra=facts)
            more = page["metadata"].get("continue") or ""

    def _call(self, verb: Callable[..., Any], **arguments: object) -> Any:
        return verb(**self._kind, **self._timeout, **arguments)


def answered(resource: Mapping[str, Any], outcome: Outcome) -> dict[str, Any] | None:
    """The resource's status with our answer in it; none where there is nothing to change."""
    status = resource.get("status") or {}
    conditions = status.get("conditions") or []
    said = [one.get("status") for one in conditions if one.get("type") == COMPLETE]
    wanted = "True" if outcome.succeeded else "False"
    if "True" in said or wanted in said:
        return None
    answer = {
        "type": COMPLETE,
        "status": wanted,
        "observedGeneration": resource["metadata"].get("generation", 1),
        "lastTransitionTime": outcome.completed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "reason": "RemediationSucceeded" if outcome.succeeded else "RemediationFailed",
        "message": outcome.message,
    }
    others = [one for one in conditions if one.get("type") != COMPLETE]
    return {"conditions": [*others, answer]}


def _client(table: NvsentinelTable) -> ApiClient:
    configuration = Configuration()
    try:
        if table.kubeconfig_file is None:
            load_incluster_config(client_configuration=configuration)
        else:
            load_kube_config(str(table.kubeconfig_file), client_configuration=configuration)
    except (ConfigException, YAMLError) as error:
        file = table.kubeconfig_file or "no cluster around us"
        why = " ".join(str(error).split())
        raise ConfigError(
            f"[handoff.nvsentinel]: {file}: {why}; name a kubeconfig as kubeconfig_file"
        ) from error
    configuration.retries = False
    return ApiClient(configuration)


def _reason(error: ApiException | HTTPError) -> str:
    if isinstance(error, HTTPError):
        return f"the cluster's API cannot be reached: {error}"
    remedy = _REMEDIES.get(error.status or 0)
    said = f"the cluster's API answers {error.status} {error.reason}"
    return f"{said}; {remedy}" if remedy else said


def _first(error: ValidationError) -> str:
    found = error.errors()[0]
    return f"{'.'.join(map(str, found['loc']))}: {found['msg']}"
