import { elements } from "lazo:elements";

const asked = new Set<string>();

function load(tag: string): void {
  const chunk = elements[tag];
  if (!chunk || asked.has(tag)) return;
  asked.add(tag);
  chunk().catch(() => asked.delete(tag)); // the next appearance of the tag tries again
}

/** Imports the chunk of every custom element under `root` that is not defined yet. */
export function loadElements(root: ParentNode): void {
  for (const element of root.querySelectorAll(":not(:defined)")) load(element.localName);
}

/** Keeps doing so for what arrives later, by htmx or by other elements. */
export function followChanges(): void {
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (!(node instanceof Element)) continue;
        load(node.localName);
        loadElements(node);
      }
    }
  }).observe(document.body, { childList: true, subtree: true });
}
