"""The route table of one resource; an application mounts a list of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from aiohttp import web

from kit.errors import DomainError
from kit.http.endpoint import Csrf, Endpoint, Handler, inspect_handler
from kit.http.policy import Policy


@dataclass(slots=True)
class Routes:
    """Endpoints under one tag and prefix. ``auth`` has no default: nothing is public by omission."""

    tag: str
    prefix: str = ""
    endpoints: list[Endpoint] = field(default_factory=list)

    def route(
        self, method: str, path: str, *, auth: Policy, status: int = 200, transaction: bool = True, csrf: Csrf = "checked",
        problems: tuple[type[DomainError], ...] = (),
    ) -> Callable[[Handler], Handler]:  # fmt: skip
        """Register a handler. ``csrf="exempt"`` only for callers that prove themselves otherwise (signed webhooks)."""

        def register(handler: Handler) -> Handler:
            self.endpoints.append(
                inspect_handler(
                    method, self.prefix + path, handler,
                    auth=auth, status=status, transaction=transaction, csrf=csrf, problems=problems,
                )
            )
            return handler

        return register

    def get(self, path: str, *, auth: Policy, transaction: bool = True,
            problems: tuple[type[DomainError], ...] = ()) -> Callable[[Handler], Handler]:  # fmt: skip
        """A reading endpoint."""
        return self.route("GET", path, auth=auth, transaction=transaction, problems=problems)

    def post(
        self, path: str, *, auth: Policy, status: int = 200, transaction: bool = True, csrf: Csrf = "checked",
        problems: tuple[type[DomainError], ...] = (),
    ) -> Callable[[Handler], Handler]:  # fmt: skip
        """A writing endpoint."""
        return self.route(
            "POST", path, auth=auth, status=status, transaction=transaction, csrf=csrf, problems=problems
        )

    def __iter__(self) -> Iterator[web.RouteDef]:
        for endpoint in self.endpoints:
            yield web.route(endpoint.method, endpoint.path, endpoint.__call__)
