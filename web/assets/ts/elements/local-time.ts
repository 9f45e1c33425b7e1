/**
 * <local-time><time datetime="…">as the server wrote it</time></local-time>.
 * `since` keeps "3 minutes ago" true; `zone="browser"` rewrites the time in the zone of the reader's device
 * (for visitors whose zone the server does not know). The server's words stay without JavaScript.
 */
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

class LocalTime extends HTMLElement {
  #timer = 0;
  #ahead = 0;

  connectedCallback(): void {
    this.#ahead = (Date.parse(this.getAttribute("now") ?? "") || Date.now()) - Date.now();
    if (this.hasAttribute("since")) this.#timer = window.setInterval(() => this.#since(), 30_000);
    else if (this.getAttribute("zone") === "browser") this.#rewrite();
  }

  disconnectedCallback(): void {
    window.clearInterval(this.#timer);
  }

  get #time(): HTMLTimeElement | null {
    return this.querySelector("time");
  }

  get #locale(): string {
    return `${document.documentElement.lang || "en"}-u-nu-latn`;
  }

  #since(): void {
    const time = this.#time;
    if (!time) return;
    const seconds = (Date.parse(time.dateTime) - Date.now() - this.#ahead) / 1000;
    const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
    time.textContent = new Intl.RelativeTimeFormat(this.#locale, { numeric: "auto" }).format(Math.round(seconds / size), unit);
  }

  #rewrite(): void {
    const time = this.#time;
    if (!time) return;
    const format = new Intl.DateTimeFormat(this.#locale, { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
    time.textContent = format.format(new Date(time.dateTime));
  }
}

customElements.define("local-time", LocalTime);

export {};
