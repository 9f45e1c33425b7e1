/**
 * <live-slots ticket="…" address="https://signaling…"> around times with `data-starts-at`.
 * Listens for `slot.taken` and `slot.freed` of the vet. The time named fades at once, with a word; then the page is
 * asked again, because a meeting also closes the times it overlaps. Without a connection the page stays as it was
 * written, and the server has the last word when a time is chosen.
 */
const SETTLE_MS = 250;

class LiveSlots extends HTMLElement {
  #close: (() => void) | undefined;
  #timer = 0;

  connectedCallback(): void {
    this.#showDay();
    void this.#listen();
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.#timer);
    this.#close?.();
  }

  async #listen(): Promise<void> {
    const address = this.getAttribute("address");
    if (!address) return;
    const { io } = await import("socket.io-client");
    if (!this.isConnected) return;
    const socket = io(`${address}/live`, { transports: ["websocket"], auth: { ticket: this.getAttribute("ticket") } });
    let met = false;
    socket.on("connect", () => {
      if (met) this.#soon(); // something may have happened while we were away
      met = true;
      this.setAttribute("data-live", "");
    });
    socket.on("disconnect", () => this.removeAttribute("data-live"));
    socket.on("slot.taken", (news: { starts_at: string }) => this.#heard(news.starts_at, true));
    socket.on("slot.freed", (news: { starts_at: string }) => this.#heard(news.starts_at, false));
    this.#close = () => socket.close();
  }

  /** The chosen day may lie beyond the edge of the strip. */
  #showDay(): void {
    const strip = this.querySelector<HTMLElement>(".days");
    const day = strip?.querySelector<HTMLElement>("[aria-current]");
    if (!strip || !day) return;
    strip.scrollLeft += day.getBoundingClientRect().left - strip.getBoundingClientRect().left - (strip.clientWidth - day.offsetWidth) / 2;
  }

  get #slots(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-starts-at]")];
  }

  #heard(startsAt: string, taken: boolean): void {
    const slot = this.#slots.find((one) => at(one.dataset["startsAt"]) === at(startsAt));
    if (slot && slot.hasAttribute("data-gone") !== taken) {
      mark(slot, taken, this.dataset["taken"] ?? "");
      this.#say((taken ? this.dataset["saidTaken"] : this.dataset["saidFreed"]) ?? "", slot);
    }
    this.#soon();
  }

  #soon(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#askAgain(), SETTLE_MS);
  }

  /** What the server would write now; times that are gone stay in their place, marked, so that nothing jumps. */
  async #askAgain(): Promise<void> {
    let text: string;
    try {
      const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      text = await answer.text();
    } catch {
      return;
    }
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("live-slots");
    if (!fresh) return;
    const free = new Set([...fresh.querySelectorAll<HTMLElement>("[data-starts-at]")].map((one) => at(one.dataset["startsAt"])));
    const shown = this.#slots;
    const known = new Set(shown.map((one) => at(one.dataset["startsAt"])));
    if ([...free].some((one) => !known.has(one))) {
      this.#replace(fresh);
      return;
    }
    for (const slot of shown) mark(slot, !free.has(at(slot.dataset["startsAt"])), this.dataset["taken"] ?? "");
    const strip = this.querySelector(".days");
    const freshStrip = fresh.querySelector(".days");
    if (strip && freshStrip) strip.replaceChildren(...freshStrip.childNodes);
  }

  #replace(fresh: Element): void {
    const focused = this.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["startsAt"] : undefined;
    this.replaceChildren(...fresh.childNodes);
    if (focused) this.#slots.find((one) => one.dataset["startsAt"] === focused)?.focus();
  }

  #say(sentence: string, slot: HTMLElement): void {
    const said = this.querySelector("[data-said]");
    if (said) said.textContent = sentence.replace("{time}", slot.querySelector("time")?.textContent ?? "");
  }
}

const at = (instant: string | undefined): number => Date.parse(instant ?? "");

/** Closes a time, or opens it again; links lose their address meanwhile, buttons their press. */
function mark(slot: HTMLElement, gone: boolean, word: string): void {
  if (slot.hasAttribute("data-gone") === gone) return;
  slot.toggleAttribute("data-gone", gone);
  slot.classList.toggle("slot--taken", gone);
  if (slot instanceof HTMLAnchorElement) {
    if (gone) {
      slot.dataset["address"] = slot.getAttribute("href") ?? "";
      slot.removeAttribute("href");
    } else {
      slot.href = slot.dataset["address"] ?? "";
    }
  } else if (slot instanceof HTMLButtonElement) {
    slot.disabled = gone;
  }
  slot.setAttribute("aria-disabled", String(gone));
  if (gone) {
    const words = document.createElement("small");
    words.textContent = word;
    slot.append(words);
  } else {
    slot.querySelector("small:last-of-type")?.remove();
  }
}

customElements.define("live-slots", LiveSlots);
