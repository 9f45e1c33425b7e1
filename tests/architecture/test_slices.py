"""A slice's queries are its own: everybody else calls its use cases."""

import grimp

PACKAGES = ("api", "web", "signaling", "scheduler", "media", "domain", "cli")


def test_queries_are_private_to_their_slice() -> None:
    graph = grimp.build_graph(*PACKAGES, "kit", cache_dir=None)
    leaks = [
        f"{importer} -> {module}"
        for module in sorted(graph.modules)
        if module.startswith("domain.") and module.endswith(".queries")
        for importer in sorted(graph.find_modules_that_directly_import(module))
        if importer.rpartition(".")[0] != module.rpartition(".")[0]
    ]
    assert not leaks
