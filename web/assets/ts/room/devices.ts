// Microphone, camera, speaker: taken, switched, remembered, taken again when they vanish.
import { Emitter } from "./emitter";
import { isPhone, nameOf, type Fault } from "./faults";
import type { Kind } from "./peer";

const KEPT = "lazo.devices";
export type Facing = "user" | "environment";
export type DeviceKind = "microphone" | "camera" | "speaker";

interface Remembered {
  microphone?: string;
  camera?: string;
  speaker?: string;
}

interface Events {
  track: { kind: Kind; track: MediaStreamTrack | null };
  list: MediaDeviceInfo[];
  fault: { kind: Kind; fault: Fault };
}

export class Devices extends Emitter<Events> {
  readonly tracks: Record<Kind, MediaStreamTrack | null> = { audio: null, video: null };
  audio = true;
  video = true;
  facing: Facing;
  #kept: Remembered;

  constructor(facing: Facing) {
    super();
    this.facing = facing;
    this.#kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Remembered;
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.refresh());
    document.addEventListener("visibilitychange", () => void this.#recover());
  }

  get speaker(): string {
    return this.#kept.speaker ?? "";
  }

  /** Take both at once (one prompt), then each alone, so that one fault does not cost the other. */
  async open(): Promise<Partial<Record<Kind, Fault>>> {
    const faults: Partial<Record<Kind, Fault>> = {};
    const wanted = (["audio", "video"] as const).filter((kind) => this[kind] && this.tracks[kind]?.readyState !== "live");
    if (wanted.length === 0) return faults;
    try {
      await this.#take(wanted);
    } catch {
      for (const kind of wanted) {
        await this.#take([kind]).catch((error: unknown) => {
          faults[kind] = nameOf(error);
          this[kind] = false;
        });
      }
    }
    await this.refresh();
    return faults;
  }

  async refresh(): Promise<void> {
    this.emit("list", (await navigator.mediaDevices?.enumerateDevices()) ?? []);
  }

  /** Mute keeps the microphone (it must answer at once); camera off gives the camera back and its light goes out. */
  async set(kind: Kind, on: boolean): Promise<Fault | null> {
    this[kind] = on;
    const track = this.tracks[kind];
    if (kind === "audio" && track?.readyState === "live") {
      track.enabled = on;
      return null;
    }
    if (!on) {
      this.#drop(kind);
      return null;
    }
    return this.#try(kind);
  }

  async choose(device: DeviceKind, id: string): Promise<Fault | null> {
    this.#kept = { ...this.#kept, [device]: id };
    localStorage.setItem(KEPT, JSON.stringify(this.#kept));
    if (device === "speaker") return null;
    const kind = device === "camera" ? "video" : "audio";
    return this[kind] ? this.#try(kind) : null;
  }

  /** The other camera: by side on a phone, by turn on a computer. */
  async flip(): Promise<Fault | null> {
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
    this.facing = this.facing === "user" ? "environment" : "user";
    if (isPhone()) delete this.#kept.camera;
    else if (cameras.length > 1) {
      const now = cameras.findIndex(({ deviceId }) => deviceId === this.tracks.video?.getSettings().deviceId);
      this.#kept.camera = cameras[(now + 1) % cameras.length]?.deviceId ?? "";
    }
    return this.#try("video");
  }

  close(): void {
    this.#drop("audio");
    this.#drop("video");
  }

  async #try(kind: Kind): Promise<Fault | null> {
    try {
      if (kind === "video" && isPhone()) this.tracks.video?.stop(); // phones open one camera at a time
      await this.#take([kind]);
      return null;
    } catch (error) {
      const fault = nameOf(error);
      if (this.tracks[kind]?.readyState !== "live") this[kind] = false;
      this.emit("fault", { kind, fault });
      return fault;
    }
  }

  async #take(kinds: readonly Kind[]): Promise<void> {
    const constraints = { audio: kinds.includes("audio") && this.#microphone(), video: kinds.includes("video") && this.#camera() };
    const stream = await navigator.mediaDevices.getUserMedia(constraints).catch((error: unknown) => {
      if ((error as DOMException).name !== "OverconstrainedError") throw error;
      return navigator.mediaDevices.getUserMedia({ audio: kinds.includes("audio"), video: kinds.includes("video") });
    });
    for (const track of stream.getTracks()) this.#adopt(track.kind as Kind, track);
  }

  #adopt(kind: Kind, track: MediaStreamTrack): void {
    const before = this.tracks[kind];
    track.enabled = this[kind];
    if (kind === "video" && "contentHint" in track) track.contentHint = "motion";
    track.addEventListener("ended", () => {
      if (this.tracks[kind] === track && !document.hidden) void this.#vanished(kind);
    });
    this.tracks[kind] = track;
    before?.stop();
    this.emit("track", { kind, track });
  }

  /** The device was unplugged: its choice is forgotten and the next best one is taken. */
  async #vanished(kind: Kind): Promise<void> {
    delete this.#kept[kind === "video" ? "camera" : "microphone"];
    if (this[kind]) await this.#try(kind);
  }

  /** Back from another app or a phone call: whatever was taken from us is taken again. */
  async #recover(): Promise<void> {
    if (document.hidden) return;
    for (const kind of ["audio", "video"] as const) {
      if (this[kind] && this.tracks[kind]?.readyState === "ended") await this.#try(kind);
    }
  }

  #drop(kind: Kind): void {
    const track = this.tracks[kind];
    if (!track) return;
    this.tracks[kind] = null;
    track.stop();
    this.emit("track", { kind, track: null });
  }

  #microphone(): MediaTrackConstraints {
    const exact = this.#kept.microphone ? { deviceId: { exact: this.#kept.microphone } } : {};
    return { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...exact };
  }

  #camera(): MediaTrackConstraints {
    const which = this.#kept.camera ? { deviceId: { exact: this.#kept.camera } } : { facingMode: { ideal: this.facing } };
    return { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24, max: 30 }, ...which };
  }
}
