// The socket: a fresh ticket for every connection, numbered events in order, nothing lost over a break.
import { io, type Socket } from "socket.io-client";
import { csrfToken } from "../csrf";
import { Emitter } from "./emitter";
import type { Ack, Heard, Ticket, Welcome } from "./protocol";

const PAUSES = [0, 300, 1000, 2000, 2000, 3000, 5000];
const NAMES: (keyof Heard)[] = [
  "welcome", "admitted", "epoch", "description", "candidate", "finished", "replaced", "ask", "error", "peer.joined", "peer.back",
  "peer.away", "peer.left", "peer.media", "peer.quality", "peer.typing", "chat.message", "note.preview",
];
const FINAL = new Set(["finished", "replaced", "role_taken", "malformed"]);
const PERISHABLE = new Set(["quality", "peer.typing", "typing", "sync"]);

interface Waiting {
  name: string;
  data: unknown;
  done: (ack: Ack) => void;
}

interface Own {
  ticket: Ticket;
  lost: undefined;
  refused: { code: string; title: string };
}

export class Signal extends Emitter<Heard & Own> {
  #socket: Socket | null = null;
  #queue: Waiting[] = [];
  #last = 0;
  #generation = "";
  #attempt = 0;
  #timer = 0;
  #ready = false;
  #closed = false;

  constructor(
    private readonly ticketUrl: string,
    private readonly session: string,
    private readonly hello: () => { device: string; audio: boolean; video: boolean },
  ) {
    super();
    window.addEventListener("online", this.#prove);
    document.addEventListener("visibilitychange", this.#prove);
  }

  get isReady(): boolean {
    return this.#ready;
  }

  async connect(): Promise<void> {
    if (this.#closed) return;
    window.clearTimeout(this.#timer);
    let ticket: Ticket;
    try {
      ticket = await this.#ticket();
    } catch (fault) {
      if (fault instanceof Refused) this.#end(fault.code, fault.title);
      else this.#again();
      return;
    }
    if (this.#closed) return;
    this.emit("ticket", ticket);
    this.#open(ticket);
  }

  /** Say something; it is kept until the server has acknowledged it, over any number of sockets. */
  send(name: string, data: unknown = {}): Promise<Ack> {
    return new Promise((done) => {
      const item = { name, data, done };
      if (!this.#ready && PERISHABLE.has(name)) return done({ ok: false, code: "offline" });
      this.#queue.push(item);
      if (this.#ready) this.#utter(item);
    });
  }

  /** Messages of an older media session mean nothing any more. */
  forgetEpochsBefore(epoch: number): void {
    this.#queue = this.#queue.filter(({ data }) => !((data as { epoch?: number }).epoch! < epoch));
  }

  close(): void {
    this.#closed = true;
    window.clearTimeout(this.#timer);
    window.removeEventListener("online", this.#prove);
    document.removeEventListener("visibilitychange", this.#prove);
    this.#socket?.disconnect();
  }

  async #ticket(): Promise<Ticket> {
    const headers = { "X-CSRF-Token": csrfToken(), Accept: "application/json" };
    const answer = await fetch(this.ticketUrl, { method: "POST", headers, signal: AbortSignal.timeout(8000) });
    if (answer.ok) return (await answer.json()) as Ticket;
    const problem = (await answer.json().catch(() => ({}))) as { code?: string; title?: string; detail?: string };
    if (answer.status < 500 && answer.status !== 429) {
      throw new Refused(problem.code ?? `status_${answer.status}`, problem.detail ?? problem.title ?? "");
    }
    throw new Error(`ticket ${answer.status}`);
  }

  #open({ ticket, signaling_url }: Ticket): void {
    this.#socket?.disconnect();
    const resume = this.#generation ? { resume: { generation: this.#generation, last: this.#last } } : {};
    const auth = { ticket, session: this.session, ...this.hello(), ...resume };
    const base = signaling_url.replace(/\/$/, "");
    const socket = io(`${base}/room`, { transports: ["websocket"], reconnection: false, forceNew: true, timeout: 6000, auth });
    this.#socket = socket;
    for (const name of NAMES) socket.on(name as string, (data: Heard[typeof name]) => this.#hear(socket, name, data));
    socket.on("connect_error", (error) => {
      const code = (error as Error & { data?: { code?: string } }).data?.code ?? "";
      if (FINAL.has(code)) this.#end(code, "");
      else this.#lost(socket);
    });
    socket.on("disconnect", () => this.#lost(socket));
  }

  #hear<Name extends keyof Heard>(socket: Socket, name: Name, data: Heard[Name]): void {
    if (socket !== this.#socket || this.#closed) return;
    if (name === "welcome") return this.#welcomed(data as Welcome);
    const seq = (data as { seq?: number }).seq;
    if (seq !== undefined) {
      if (seq <= this.#last) return;
      if (seq > this.#last + 1) return void this.send("sync", { last: this.#last });
      this.#last = seq;
    }
    if (name === "replaced") this.close();
    this.emit(name, data as (Heard & Own)[Name]);
  }

  #welcomed(welcome: Welcome): void {
    this.#attempt = 0;
    this.#ready = true;
    this.#generation = welcome.generation;
    this.#last = welcome.seq;
    if (!welcome.resumed) this.forgetEpochsBefore(welcome.epoch);
    this.emit("welcome", welcome);
    for (const item of [...this.#queue]) this.#utter(item);
  }

  #utter(item: Waiting): void {
    this.#socket?.timeout(6000).emit(item.name, item.data, (fault: Error | null, ack?: Ack) => {
      if (fault || !this.#queue.includes(item)) return;
      this.#queue.splice(this.#queue.indexOf(item), 1);
      item.done(ack ?? { ok: true });
    });
  }

  #lost(socket: Socket): void {
    if (socket !== this.#socket || this.#closed) return;
    this.#socket = null;
    this.#ready = false;
    this.emit("lost", undefined);
    this.#again();
  }

  #again(): void {
    if (this.#closed) return;
    const pause = PAUSES[Math.min(this.#attempt++, PAUSES.length - 1)] ?? 5000;
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.connect(), pause + Math.random() * Math.min(pause, 400));
  }

  /** The network or the page is back: an open socket must answer at once, or it is replaced. */
  readonly #prove = (): void => {
    if (document.hidden || this.#closed) return;
    const socket = this.#socket;
    if (!socket?.connected) {
      if (this.#generation) void this.connect();
      return;
    }
    socket.timeout(2500).emit("sync", { last: this.#last }, (fault: Error | null) => {
      if (fault && socket === this.#socket) {
        socket.disconnect();
        this.#lost(socket);
      }
    });
  };

  #end(code: string, title: string): void {
    this.close();
    if (code === "finished") this.emit("finished", { at: Date.now() / 1000 });
    else if (code === "replaced") this.emit("replaced", { device: "", at: Date.now() / 1000 });
    else this.emit("refused", { code, title });
  }
}

class Refused extends Error {
  constructor(
    readonly code: string,
    readonly title: string,
  ) {
    super(code);
  }
}
