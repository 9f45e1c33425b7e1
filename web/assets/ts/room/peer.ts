// One media session (one epoch): perfect negotiation, with the pet owner making the first offer.
import { Emitter } from "./emitter";
import type { Candidate, Description } from "./protocol";

const RESTART_AFTER = 2000;
const STUCK_AFTER = 15000;
const VIDEO_BITS = 1_500_000;

export type Kind = "audio" | "video";

interface Events {
  description: Description;
  candidate: Candidate;
  track: MediaStreamTrack;
  state: RTCPeerConnectionState;
  stuck: undefined;
}

export interface PeerOptions {
  epoch: number;
  polite: boolean;
  iceServers: RTCIceServer[];
  tracks: Record<Kind, MediaStreamTrack | null>;
}

export class Peer extends Emitter<Events> {
  readonly pc: RTCPeerConnection;
  readonly epoch: number;
  readonly #polite: boolean;
  readonly #tracks: Record<Kind, MediaStreamTrack | null>;
  readonly #early: (RTCIceCandidateInit | null)[] = [];
  #heard = false;
  #makingOffer = false;
  #ignoring = false;
  #answerPending = false;
  #chain: Promise<void> = Promise.resolve();
  #timers: number[] = [];

  constructor(options: PeerOptions) {
    super();
    this.epoch = options.epoch;
    this.#polite = options.polite;
    this.#tracks = { ...options.tracks };
    this.pc = new RTCPeerConnection({ iceServers: options.iceServers, bundlePolicy: "max-bundle" });
    this.pc.addEventListener("negotiationneeded", () => void this.#offer());
    this.pc.addEventListener("icecandidate", ({ candidate }) =>
      this.emit("candidate", { epoch: this.epoch, candidate: candidate?.toJSON() ?? null }));
    this.pc.addEventListener("track", ({ track }) => this.emit("track", track));
    this.pc.addEventListener("connectionstatechange", () => this.#changed());
    this.pc.addEventListener("iceconnectionstatechange", () => this.#changed());
  }

  /** The polite side (the pet owner) begins; the other adopts what the offer brings. */
  begin(): void {
    if (!this.#polite) return;
    for (const kind of ["audio", "video"] as const) {
      const transceiver = this.pc.addTransceiver(this.#tracks[kind] ?? kind, { direction: "sendrecv" });
      this.#tune(kind, transceiver.sender);
    }
  }

  hear(message: Description): Promise<void> {
    return this.#after(() => this.#described(message));
  }

  hearCandidate({ candidate }: Candidate): Promise<void> {
    return this.#after(async () => {
      if (!this.pc.remoteDescription) return void this.#early.push(candidate);
      await this.#add(candidate);
    });
  }

  /** Another microphone or camera, or none: no new negotiation is needed. */
  async use(kind: Kind, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks[kind] = track;
    const found = this.#transceiver(kind);
    if (found) await found.sender.replaceTrack(track);
  }

  restart(iceServers?: RTCIceServer[]): void {
    if (this.pc.signalingState === "closed" || !this.#heard) return;
    if (iceServers) this.pc.setConfiguration({ ...this.pc.getConfiguration(), iceServers });
    this.pc.restartIce();
  }

  close(): void {
    this.#timers.forEach((timer) => window.clearTimeout(timer));
    this.pc.close();
  }

  #after(step: () => Promise<void>): Promise<void> {
    this.#chain = this.#chain.then(step).catch((fault: unknown) => console.warn("negotiation step failed", (fault as Error).name));
    return this.#chain;
  }

  async #offer(): Promise<void> {
    if (!this.#polite && !this.#heard) return;
    try {
      this.#makingOffer = true;
      await this.pc.setLocalDescription();
      this.#tell();
    } catch (fault) {
      console.warn("offer failed", (fault as Error).name);
    } finally {
      this.#makingOffer = false;
    }
  }

  async #described({ type, sdp }: Description): Promise<void> {
    const settled = !this.#makingOffer && (this.pc.signalingState === "stable" || this.#answerPending);
    this.#ignoring = type === "offer" && !settled && !this.#polite;
    if (this.#ignoring) return;
    if (type === "answer" && this.pc.signalingState !== "have-local-offer") return;
    this.#answerPending = type === "answer";
    try {
      await this.pc.setRemoteDescription({ type, sdp });
    } finally {
      this.#answerPending = false;
    }
    for (const candidate of this.#early.splice(0)) await this.#add(candidate);
    if (type === "offer") {
      if (!this.#heard) await this.#adopt();
      await this.pc.setLocalDescription();
      this.#tell();
    }
    this.#heard = true;
  }

  /** Give the offered lines our tracks; lines of our own would stand beside them unanswered. */
  async #adopt(): Promise<void> {
    if (this.#polite) return;
    for (const transceiver of this.pc.getTransceivers()) {
      const kind = transceiver.receiver.track.kind as Kind;
      transceiver.direction = "sendrecv";
      await transceiver.sender.replaceTrack(this.#tracks[kind]);
      this.#tune(kind, transceiver.sender);
    }
  }

  #tune(kind: Kind, sender: RTCRtpSender): void {
    if (kind === "audio") return;
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings) encoding.maxBitrate = VIDEO_BITS;
    if (parameters.encodings.length > 0) void sender.setParameters(parameters).catch(() => undefined);
  }

  #tell(): void {
    const local = this.pc.localDescription;
    if (local) this.emit("description", { epoch: this.epoch, type: local.type as "offer" | "answer", sdp: local.sdp });
  }

  async #add(candidate: RTCIceCandidateInit | null): Promise<void> {
    try {
      await this.pc.addIceCandidate(candidate ?? undefined);
    } catch (fault) {
      if (!this.#ignoring) console.warn("candidate refused", (fault as Error).name);
    }
  }

  #transceiver(kind: Kind): RTCRtpTransceiver | undefined {
    return this.pc.getTransceivers().find(({ receiver }) => receiver.track.kind === kind);
  }

  #changed(): void {
    this.#timers.forEach((timer) => window.clearTimeout(timer));
    this.#timers = [];
    const state = this.pc.connectionState;
    this.emit("state", state);
    if (state === "connected" || state === "closed" || state === "new") return;
    const wait = state === "failed" ? 0 : RESTART_AFTER;
    if (state !== "connecting") this.#timers.push(window.setTimeout(() => this.restart(), wait));
    this.#timers.push(window.setTimeout(() => this.emit("stuck", undefined), STUCK_AFTER));
  }
}
