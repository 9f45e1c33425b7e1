/**
 * <hold-countdown until="2026-11-20T16:15:00Z" now="…" total="900" label="… {time} …" over="…">: a thin line and words.
 * The words change once a minute and are then spoken; the line moves every second and is silent.
 * `now` is the server's clock when it wrote the page: the device's own may be wrong, or the demo's moved.
 * Emits `hold-over` once, when the time has run out.
 */
class HoldCountdown extends HTMLElement {
  #timer = 0;
  #spoken = "";
  #ahead = 0;

  connectedCallback(): void {
    this.#ahead = (Date.parse(this.getAttribute("now") ?? "") || Date.now()) - Date.now();
    this.#tick();
    this.#timer = window.setInterval(() => this.#tick(), 1000);
  }

  disconnectedCallback(): void {
    window.clearInterval(this.#timer);
  }

  #tick(): void {
    const left = Math.max(0, Math.round((Date.parse(this.getAttribute("until") ?? "") - Date.now() - this.#ahead) / 1000));
    const total = Number(this.getAttribute("total") ?? left) || 1;
    this.style.setProperty("--left", String(Math.min(1, left / total)));
    this.toggleAttribute("data-soon", left > 0 && left <= 120);
    this.#say(left > 0 ? (this.getAttribute("label") ?? "{time}").replace("{time}", this.#time(left)) : this.getAttribute("over") ?? "");
    if (left > 0) return;
    window.clearInterval(this.#timer);
    this.setAttribute("data-over", "");
    this.dispatchEvent(new CustomEvent("hold-over", { bubbles: true }));
  }

  /** Whole minutes, rounded up; seconds in steps of ten in the last minute. */
  #time(seconds: number): string {
    const unit = seconds > 60 ? "minute" : "second";
    const value = seconds > 60 ? Math.ceil(seconds / 60) : Math.ceil(seconds / 10) * 10;
    const locale = `${document.documentElement.lang || "en"}-u-nu-latn`;
    return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(value);
  }

  #say(text: string): void {
    const words = this.querySelector("[data-words]");
    if (!words || text === this.#spoken) return;
    this.#spoken = text;
    words.textContent = text;
  }
}

customElements.define("hold-countdown", HoldCountdown);

export {};
