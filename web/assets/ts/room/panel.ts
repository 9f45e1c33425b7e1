// The panel beside the picture: chat or note; on a phone it slides over the lower half.
import { maybe, part } from "./config";

export type Tab = "chat" | "note";

export class Panel {
  readonly #panel: HTMLElement;
  #tab: Tab | null = null;

  constructor(private readonly root: HTMLElement) {
    this.#panel = part(root, "panel");
    const first = this.#panel.dataset.first as Tab | undefined;
    if (first && window.matchMedia("(min-width: 60rem)").matches) this.open(first);
  }

  shows(tab: Tab): boolean {
    return this.#tab === tab;
  }

  toggle(tab: Tab): void {
    if (this.#tab === tab) this.close();
    else this.open(tab);
  }

  open(tab: Tab): void {
    if (!maybe(this.root, `tab-${tab}`)) return;
    this.#tab = tab;
    this.root.dataset.panel = tab;
    this.#panel.hidden = false;
    for (const pane of this.#panel.querySelectorAll<HTMLElement>("[data-tab]")) pane.hidden = pane.dataset.tab !== tab;
    this.#mark();
  }

  close(): void {
    this.#tab = null;
    delete this.root.dataset.panel;
    this.#panel.hidden = true;
    this.#mark();
  }

  /** The note the vet is writing, as it is written. */
  preview(field: string, text: string, done: boolean): void {
    const place = maybe(this.root, "preview");
    if (!place) return;
    place.hidden = false;
    const pane = place.querySelector<HTMLElement>(`[data-preview="${field}"]`);
    if (!pane) return;
    pane.closest<HTMLElement>("[data-preview-part]")?.toggleAttribute("hidden", false);
    pane.textContent = text;
    place.toggleAttribute("data-done", done);
    if (this.#tab === null && window.matchMedia("(min-width: 60rem)").matches) this.open("chat");
  }

  #mark(): void {
    for (const button of this.root.querySelectorAll<HTMLElement>('[data-action="chat"], [data-action="note"]')) {
      button.setAttribute("aria-expanded", String(button.dataset.action === this.#tab));
    }
  }
}
