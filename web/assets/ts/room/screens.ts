// Which screen is shown, and the videos that appear on several of them.
import { maybe, part, type Config, type Words } from "./config";
import type { Devices } from "./devices";
import { sendTo } from "./meter";
import type { Face } from "./protocol";

export type ScreenName = "check" | "waiting" | "call" | "ended" | "replaced" | "refused";

export class Screens {
  readonly remote: HTMLVideoElement;
  #stream = new MediaStream();
  #now: ScreenName = "check";

  constructor(
    private readonly root: HTMLElement,
    private readonly config: Config,
    private readonly words: Words,
    private readonly devices: Devices,
  ) {
    this.remote = part<HTMLVideoElement>(root, "remote");
    devices.on("track", ({ kind }) => { if (kind === "video") this.self(); });
  }

  get now(): ScreenName {
    return this.#now;
  }

  show(name: ScreenName, focus = true): void {
    if (name === this.#now && this.root.dataset.screen === name) return;
    this.#now = name;
    this.root.dataset.screen = name;
    for (const screen of this.root.querySelectorAll<HTMLElement>("[data-screen-of]")) screen.hidden = screen.dataset.screenOf !== name;
    const place = this.root.querySelector<HTMLElement>(`[data-screen-of="${name}"] [data-focus]`);
    if (focus) place?.focus({ preventScroll: true });
    this.self();
  }

  /** Our own picture, mirrored only when it is the camera that faces us. */
  self(): void {
    const track = this.devices.tracks.video;
    const facing = track?.getSettings().facingMode ?? this.devices.facing;
    for (const video of this.root.querySelectorAll<HTMLVideoElement>("video[data-self]")) {
      video.srcObject = track ? new MediaStream([track]) : null;
      video.toggleAttribute("data-mirror", facing !== "environment");
    }
    this.root.toggleAttribute("data-self-off", track === null);
  }

  /** Another track from the other side: each kind replaces the one before it. */
  receive(track: MediaStreamTrack): void {
    for (const old of this.#stream.getTracks()) if (old.kind === track.kind) this.#stream.removeTrack(old);
    this.#stream.addTrack(track);
    if (this.remote.srcObject !== this.#stream) this.remote.srcObject = this.#stream;
    void sendTo(this.remote, this.devices.speaker);
    void this.remote.play().catch(() => this.root.toggleAttribute("data-needs-tap", true));
    if (track.kind === "video") this.#firstFrame();
  }

  clear(): void {
    this.#stream = new MediaStream();
    this.remote.srcObject = null;
    this.root.removeAttribute("data-flowing");
  }

  /** What is known of the other side: their state in words, their camera, their microphone. */
  peer(face: Face | null): void {
    const state = face?.status ?? "absent";
    this.root.dataset.peer = state;
    this.root.toggleAttribute("data-peer-camera-off", face !== null && !face.video);
    this.root.toggleAttribute("data-peer-muted", face !== null && !face.audio);
    const words = maybe(this.root, "waiting-words");
    if (words) words.textContent = this.words.say(`waiting_${this.config.role}_${state === "in" ? "here" : state === "away" ? "away" : "absent"}`);
    const device = maybe(this.root, "waiting-device");
    if (device) device.textContent = face && state === "in" && face.device ? this.words.say(`device_${face.device}`) : "";
    const since = maybe(this.root, "waiting-since");
    if (since) since.textContent = face && state === "in" ? this.words.say("waiting_since", { time: this.words.clock(new Date(face.since * 1000)) }) : "";
    maybe<HTMLButtonElement>(this.root, "admit")?.toggleAttribute("disabled", state !== "in");
  }

  #firstFrame(): void {
    const seen = (): void => {
      performance.mark("call:first-frame");
      this.root.toggleAttribute("data-flowing", true);
    };
    if ("requestVideoFrameCallback" in this.remote) this.remote.requestVideoFrameCallback(seen);
    else (this.remote as HTMLVideoElement).addEventListener("playing", seen, { once: true });
  }
}
