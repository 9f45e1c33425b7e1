/**
 * <live-page event="appointment.updated" about="…"><div hx-get="…" hx-trigger="refresh" …></div></live-page>
 * Hears what happens to the reader and tells its first child to `refresh`, which htmx turns into a request.
 * `about`: only news of this appointment; without it, all of them. A ticket is asked for at every connection.
 * While it does not hear anything (no signaling), it refreshes every `every` seconds instead.
 */
import { io, type Socket } from "socket.io-client";

const PAUSES = [500, 1000, 2000, 5000, 10_000];

class LivePage extends HTMLElement {
  #socket: Socket | null = null;
  #attempt = 0;
  #timer = 0;
  #fallback = 0;
  #gone = false;

  connectedCallback(): void {
    this.#gone = false;
    void this.#connect();
  }

  disconnectedCallback(): void {
    this.#gone = true;
    window.clearTimeout(this.#timer);
    window.clearInterval(this.#fallback);
    this.#socket?.disconnect();
  }

  async #connect(): Promise<void> {
    if (this.#gone) return;
    try {
      const answer = await fetch("/live/ticket", { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { ticket, signaling_url } = (await answer.json()) as { ticket: string; signaling_url: string };
      this.#open(ticket, signaling_url);
    } catch {
      this.#again();
    }
  }

  #open(ticket: string, url: string): void {
    if (this.#gone) return;
    const socket = io(`${url}/live`, { auth: { ticket }, transports: ["websocket"], reconnection: false, forceNew: true });
    this.#socket = socket;
    socket.on("connect", () => {
      if (this.#attempt > 0) this.#refresh(); // something may have happened meanwhile
      this.#attempt = 0;
      window.clearInterval(this.#fallback);
      this.#fallback = 0;
    });
    socket.on(this.getAttribute("event") ?? "appointment.updated", (news: { appointment_id?: string }) => {
      const about = this.getAttribute("about");
      if (!about || news.appointment_id === about) this.#refresh();
    });
    socket.on("connect_error", () => this.#again());
    socket.on("disconnect", () => this.#again());
  }

  #again(): void {
    this.#socket?.removeAllListeners();
    this.#socket?.disconnect();
    this.#socket = null;
    if (this.#gone) return;
    const every = Number(this.getAttribute("every") ?? 15) * 1000;
    this.#fallback ||= window.setInterval(() => this.#refresh(), every);
    this.#timer = window.setTimeout(() => void this.#connect(), PAUSES[Math.min(this.#attempt++, PAUSES.length - 1)]);
  }

  #refresh(): void {
    if (document.querySelector("dialog[open]")) return; // never under somebody's hands
    this.firstElementChild?.dispatchEvent(new CustomEvent("refresh"));
  }
}

customElements.define("live-page", LivePage);

export {};
