/** <desk-keys>: `g` then a letter goes to a page, `j`/`k` move over rows, `/` searches, `?` shows the list. */
const TYPING = "input, textarea, select, [contenteditable]";
const ROWS = ".row__link, .table .main a";
const PAUSE_MS = 1200;

class DeskKeys extends HTMLElement {
  #going = 0;
  #listen = (event: KeyboardEvent): void => this.#press(event);

  connectedCallback(): void {
    document.addEventListener("keydown", this.#listen);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#listen);
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if ((event.target as Element).closest?.(TYPING) || document.querySelector("dialog[open]")) return;
    const asked = Date.now() - this.#going < PAUSE_MS;
    this.#going = 0;
    if (asked && this.#go(event.key)) event.preventDefault();
    else if (this.#act(event.key)) event.preventDefault();
  }

  #go(key: string): boolean {
    const link = this.querySelector<HTMLAnchorElement>(`[data-key="${CSS.escape(key)}"]`);
    if (link) window.location.assign(link.href);
    return link !== null;
  }

  #act(key: string): boolean {
    if (key === "g") this.#going = Date.now();
    else if (key === "?") this.querySelector("dialog")?.showModal();
    else if (key === "/") document.querySelector<HTMLInputElement>('main input[type="search"]')?.focus();
    else if (key === "j" || key === "k") this.#step(key === "j" ? 1 : -1);
    else return false;
    return true;
  }

  #step(by: number): void {
    const rows = [...document.querySelectorAll<HTMLElement>(ROWS)];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))]?.focus();
  }
}

customElements.define("desk-keys", DeskKeys);
