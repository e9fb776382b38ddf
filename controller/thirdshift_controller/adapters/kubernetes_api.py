"""The door to Kubernetes: the one module that imports the official client.

The client finds the server, its certificates and our credentials. Lists are read as bytes into
the few fields that we need, page by page; every failure is told in a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar, cast

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from pydantic import ValidationError
from urllib3 import HTTPResponse
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    SSLError,
)
from yaml import YAMLError

from thirdshift_controller.adapters.kubernetes_objects import (
    KubernetesNode,
    NodeList,
    Pod,
    PodList,
)
from thirdshift_controller.config import ConfigError
from thirdshift_controller.intake.schedule import SchedulerSilent, SchedulerUnreachable
from thirdshift_controller.remedies.port import RemedyNotStarted

MANAGER = "thirdshift-controller"
"""What the server notes as the writer of our fields."""
PAGE = 500
_MERGE = "application/merge-patch+json"
_UNENDED = "status.phase!=Succeeded,status.phase!=Failed"
_FORBIDDEN = (401, 403)
_GONE = (404, 409)
_NEVER_SENT = (NewConnectionError, ConnectTimeoutError, SSLError)
_UNUSABLE = (config.ConfigException, YAMLError, OSError, TypeError, ValueError, AttributeError)
"""What the client raises over a kubeconfig; it checks no types."""

Page = TypeVar("Page", NodeList, PodList)


class Superseded(SchedulerUnreachable):
    """What was asked of is not there any more, or is not what it was when it was read."""


class NodeChanged(RemedyNotStarted):
    """Somebody wrote to the node between our look and our writing; nothing was done."""


class KubernetesApi:
    """Asks the server, and is told no in exceptions of `intake.schedule`."""

    def __init__(
        self, kubeconfig: Path | None, context: str | None, timeout_seconds: float
    ) -> None:
        """Without a kubeconfig we are a pod of the cluster. Raises `ConfigError`."""
        self._core = client.CoreV1Api(client.ApiClient(_configuration(kubeconfig, context)))
        self._timeout_seconds = timeout_seconds

    def nodes(self, name: str | None) -> Iterator[KubernetesNode]:
        """All nodes, or the one of a name. Raises `SchedulerUnreachable`."""
        selector = f"metadata.name={name}" if name else None
        for page in self._pages(NodeList, self._core.list_node, selector):
            yield from page.items

    def pods(self, node: str | None) -> Iterator[Pod]:
        """Pods that are bound and have not ended, of all nodes or one, as `nodes` does."""
        bound = f"spec.nodeName={node}" if node else "spec.nodeName!="
        every = self._core.list_pod_for_all_namespaces
        for page in self._pages(PodList, every, f"{bound},{_UNENDED}"):
            yield from page.items

    def patch(
        self,
        node: KubernetesNode,
        annotations: Mapping[str, str | None],
        spec: Mapping[str, object],
    ) -> None:
        """Write into a node that is still as it was read; `None` takes an annotation away.

        Raises `NodeChanged` where it is not, else `SchedulerUnreachable`.
        """
        body = {
            "metadata": {"resourceVersion": node.metadata.version, "annotations": annotations},
            "spec": spec,
        }
        patch, name = self._core.patch_node, node.metadata.name
        try:
            self._ask(patch, name, body, field_manager=MANAGER, _content_type=_MERGE)
        except Superseded as error:
            raise NodeChanged(str(error)) from error

    def evict(self, pod: Pod) -> str | None:
        """Ask a pod to leave as its disruption budget allows; returns why it does not."""
        name, namespace = pod.metadata.name, pod.metadata.namespace
        this = client.V1Preconditions(uid=pod.metadata.uid)
        eviction = client.V1Eviction(
            metadata=client.V1ObjectMeta(name=name, namespace=namespace),
            delete_options=client.V1DeleteOptions(preconditions=this),
        )
        try:
            self._ask(self._core.create_namespaced_pod_eviction, name, namespace, eviction)
        except Superseded:
            return None
        except SchedulerUnreachable as error:
            return str(error)
        return None

    def _pages(
        self, kind: type[Page], ask: Callable[..., object], selector: str | None
    ) -> Iterator[Page]:
        token: str | None = None
        while True:
            body = self._ask(ask, field_selector=selector, limit=PAGE, _continue=token)
            try:
                page = kind.model_validate_json(body)
            except ValidationError as error:
                raise SchedulerUnreachable(f"Kubernetes answers no {kind.__name__}") from error
            yield page
            token = page.metadata.go_on
            if not token:
                return

    def _ask(self, ask: Callable[..., object], *arguments: object, **options: object) -> bytes:
        try:
            answer = ask(
                *arguments,
                _preload_content=False,
                _request_timeout=self._timeout_seconds,
                **options,
            )
            return cast(HTTPResponse, answer).data
        except ApiException as error:
            raise _refusal(error) from error
        except HTTPError as error:
            raise _silence(error) from error


def _configuration(kubeconfig: Path | None, context: str | None) -> client.Configuration:
    """Where the server is and who we are. One try an asking: the next sweep asks again."""
    found = client.Configuration(retries=0)
    try:
        if kubeconfig is None:
            config.load_incluster_config(found)
        else:
            config.load_kube_config(str(kubeconfig), context, found, persist_config=False)
    except _UNUSABLE as error:
        where = kubeconfig or "no kubeconfig is named and this is no pod"
        why = " ".join(str(error).split())
        raise ConfigError(f"scheduler: {where}: {why}; docs/schedulers.md shows both") from error
    return found


def _refusal(error: ApiException) -> SchedulerUnreachable:
    """The server's own words, and what mends it."""
    said = f"Kubernetes answers {error.status}: {_message(error)}"
    if error.status in _FORBIDDEN:
        said += "; deploy/kubernetes/thirdshift-controller.yaml grants what is needed"
    return (Superseded if error.status in _GONE else SchedulerUnreachable)(said)


def _message(error: ApiException) -> str:
    try:
        return str(json.loads(error.body or "")["message"])
    except (ValueError, KeyError, TypeError):
        return str(error.reason)


def _silence(error: HTTPError) -> SchedulerUnreachable:
    """Whether the question may have arrived."""
    cause = error.reason if isinstance(error, MaxRetryError) else error
    if isinstance(cause, _NEVER_SENT):
        return SchedulerUnreachable(f"Kubernetes cannot be reached: {cause}")
    return SchedulerSilent(f"Kubernetes gives no answer: {cause}")
