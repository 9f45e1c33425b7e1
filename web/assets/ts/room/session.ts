// The conversation with the server and the other party: what happens to the room, and one Peer per epoch.
import type { Config } from "./config";
import type { Devices } from "./devices";
import { Emitter } from "./emitter";
import { deviceName } from "./faults";
import { Peer, type Kind } from "./peer";
import type { ChatLine, Face, Heard, Media, Phase, Welcome } from "./protocol";
import { Signal } from "./signal";

export type Link = "none" | "connecting" | "connected" | "broken";

interface Events {
  phase: Phase;
  peer: Face | null;
  link: Link;
  track: MediaStreamTrack;
  cleared: undefined;
  media: Media;
  bars: number;
  away: { until: number };
  left: { reason: string };
  chat: ChatLine;
  typing: undefined;
  ask: { kind: "photo" | "flip" };
  preview: { field: string; text: string; done: boolean };
  replaced: { device: string; at: number };
  refused: { code: string; title: string };
  error: { code: string; message: string };
  welcome: Welcome;
}

const mark = (name: string): void => void performance.mark(`call:${name}`);

export class Session extends Emitter<Events> {
  readonly signal: Signal;
  peer: Peer | null = null;
  phase: Phase = "waiting";
  face: Face | null = null;
  #epoch = 0;
  #live = false;
  #iceServers: RTCIceServer[] = [];
  #restartedAt = 0;

  constructor(
    private readonly config: Config,
    private readonly devices: Devices,
  ) {
    super();
    const page = crypto.randomUUID().replaceAll("-", "");
    this.signal = new Signal(config.ticket_url, page, () => ({
      device: deviceName(), audio: devices.audio, video: devices.video,
    }));
    this.#listen();
    devices.on("track", ({ kind, track }) => void this.#use(kind, track));
  }

  join(): void {
    mark("join");
    void this.signal.connect();
  }

  async admit(): Promise<void> {
    await this.signal.send("admit");
  }

  tellMedia(): void {
    const { audio, video, facing } = this.devices;
    void this.signal.send("media", { audio, video, facing });
  }

  /** Hang up: said if it can be said within a moment, done in any case. */
  async leave(): Promise<void> {
    await Promise.race([this.signal.send("leave"), new Promise((done) => window.setTimeout(done, 800))]);
    this.#close();
  }

  async finish(): Promise<boolean> {
    return (await this.signal.send("finish")).ok;
  }

  #close(): void {
    this.signal.close();
    this.peer?.close();
    this.peer = null;
    this.emit("link", "none");
  }

  #listen(): void {
    const pass = <Name extends keyof Heard & keyof Events>(name: Name) => (data: Heard[Name]) => this.emit(name, data as Events[Name]);
    this.signal
      .on("ticket", ({ ice_servers }) => { this.#iceServers = ice_servers; mark("ticket"); })
      .on("welcome", (welcome) => this.#welcomed(welcome))
      .on("admitted", ({ epoch }) => this.#goLive(epoch))
      .on("epoch", ({ epoch }) => this.#meet(epoch))
      .on("peer.joined", (face) => this.#joined(face))
      .on("peer.back", (face) => this.#back(face))
      .on("peer.away", (grace) => { this.#face("away"); this.emit("away", grace); })
      .on("peer.left", (reason) => this.#gone(reason))
      .on("peer.media", (media) => { if (this.face) Object.assign(this.face, media); this.emit("media", media); })
      .on("peer.quality", ({ bars }) => this.emit("bars", bars))
      .on("peer.typing", () => this.emit("typing", undefined))
      .on("chat.message", (line) => this.emit("chat", line))
      .on("note.preview", (preview) => this.emit("preview", preview))
      .on("description", (message) => { if (message.epoch === this.#epoch) void this.peer?.hear(message); })
      .on("candidate", (message) => { if (message.epoch === this.#epoch) void this.peer?.hearCandidate(message); })
      .on("finished", () => { this.#close(); this.#phase("finished"); })
      .on("replaced", (news) => { this.#close(); this.emit("replaced", news); })
      .on("refused", (why) => { this.#close(); this.emit("refused", why); })
      .on("ask", pass("ask"))
      .on("error", pass("error"));
  }

  #welcomed(welcome: Welcome): void {
    mark("welcome");
    this.emit("welcome", welcome);
    this.face = welcome.peer;
    this.emit("peer", this.face);
    if (welcome.phase === "live") {
      this.#goLive(welcome.epoch);
      if (welcome.resumed && this.peer?.pc.connectionState !== "connected") this.peer?.restart(this.#iceServers);
    } else if (this.#live && this.config.role === "practitioner") void this.admit();
    else if (!this.#live) this.#phase("waiting");
  }

  #goLive(epoch: number): void {
    this.#live = true;
    this.#phase("live");
    if (this.face && this.face.status !== "left") this.#meet(epoch);
  }

  #phase(phase: Phase): void {
    if (phase === "live" && this.phase !== "live") mark("admitted");
    this.phase = phase;
    this.emit("phase", phase);
  }

  #joined(face: Face & { epoch: number; phase: Phase }): void {
    this.face = face;
    this.emit("peer", face);
    if (face.phase === "live") this.#meet(face.epoch);
  }

  #back(face: Face & { epoch: number }): void {
    this.face = face;
    this.emit("peer", face);
    if (this.peer && this.peer.pc.connectionState !== "connected" && this.config.role === "pet_owner") this.peer.restart();
  }

  #gone(reason: { reason: string }): void {
    this.#face("left");
    this.peer?.close();
    this.peer = null;
    this.#epoch = 0;
    this.emit("cleared", undefined);
    this.emit("link", "none");
    this.emit("left", reason);
  }

  #face(status: Face["status"]): void {
    if (this.face) this.face = { ...this.face, status, since: Date.now() / 1000 };
    this.emit("peer", this.face);
  }

  /** Begin media session ``epoch``; the connection of an older one is dropped. */
  #meet(epoch: number): void {
    if (this.phase !== "live" || epoch <= this.#epoch) return;
    this.peer?.close();
    this.#epoch = epoch;
    this.signal.forgetEpochsBefore(epoch);
    const polite = this.config.role === "pet_owner";
    const peer = new Peer({ epoch, polite, iceServers: this.#iceServers, tracks: this.devices.tracks });
    this.peer = peer;
    peer
      .on("description", (message) => { mark(message.type); void this.signal.send("description", message); })
      .on("candidate", (message) => void this.signal.send("candidate", message))
      .on("track", (track) => this.emit("track", track))
      .on("state", (state) => { if (this.peer === peer) this.#linked(state); })
      .on("stuck", () => this.#stuck(polite));
    this.emit("link", "connecting");
    peer.begin();
  }

  #linked(state: RTCPeerConnectionState): void {
    if (state === "connected") mark("connected");
    if (state === "connected" || state === "connecting") this.emit("link", state);
    else if (state === "disconnected" || state === "failed") this.emit("link", "broken");
  }

  /** Nothing helped for a quarter of a minute: begin a new media session, from one side only. */
  #stuck(polite: boolean): void {
    if (!polite || Date.now() - this.#restartedAt < 20000) return;
    this.#restartedAt = Date.now();
    void this.signal.send("restart");
  }

  async #use(kind: Kind, track: MediaStreamTrack | null): Promise<void> {
    await this.peer?.use(kind, track);
    if (this.signal.isReady) this.tellMedia();
  }
}
