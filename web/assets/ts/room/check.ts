// Before entering: see yourself, see your voice, hear the speaker, and learn how to mend what does not work.
import { maybe, part, type Words } from "./config";
import type { DeviceKind, Devices } from "./devices";
import { browser, obstacle, type Fault } from "./faults";
import { chime, meter } from "./meter";
import type { Kind } from "./peer";

const INPUTS: Record<DeviceKind, MediaDeviceKind> = { camera: "videoinput", microphone: "audioinput", speaker: "audiooutput" };

export class Check {
  #stopMeter: (() => void) | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly words: Words,
    private readonly devices: Devices,
  ) {
    devices.on("list", (list) => this.#pickers(list)).on("track", ({ kind }) => this.#changed(kind));
    for (const picker of root.querySelectorAll<HTMLSelectElement>("select[data-device]")) {
      picker.addEventListener("change", () => void this.devices.choose(picker.dataset.device as DeviceKind, picker.value));
    }
  }

  /** Without asking where permission was given before; otherwise the primer waits for a tap. */
  async begin(): Promise<void> {
    const wall = obstacle();
    if (wall) return this.#fault(wall, "video");
    if (await this.#isAllowed()) await this.open();
    else this.#step("primer");
  }

  async open(): Promise<void> {
    this.#step("opening");
    this.devices.audio = true;
    this.devices.video = true;
    const faults = await this.devices.open();
    this.#step("ready");
    const [kind, fault] = (Object.entries(faults)[0] ?? []) as [Kind?, Fault?];
    if (kind && fault) this.#fault(fault, faults.audio && faults.video ? "both" : kind);
    else part(this.root, "fault").hidden = true;
    this.#joinable();
  }

  async testSpeaker(): Promise<void> {
    const question = part(this.root, "speaker-question");
    question.hidden = false;
    await chime(this.devices.speaker);
  }

  heard(yes: boolean): void {
    part(this.root, "speaker-question").hidden = true;
    const answer = part(this.root, "speaker-answer");
    answer.hidden = false;
    answer.textContent = this.words.say(yes ? "speaker_good" : "speaker_help");
    answer.dataset.good = yes ? "yes" : "no";
  }

  end(): void {
    this.#stopMeter?.();
    this.#stopMeter = null;
  }

  async #isAllowed(): Promise<boolean> {
    try {
      const names = ["camera", "microphone"] as unknown as PermissionName[];
      const answers = await Promise.all(names.map((name) => navigator.permissions.query({ name })));
      return answers.every(({ state }) => state === "granted");
    } catch {
      return false;
    }
  }

  #step(name: string): void {
    part(this.root, "check").dataset.step = name;
  }

  #changed(kind: Kind): void {
    if (kind === "video") return this.#joinable();
    this.#stopMeter?.();
    const track = this.devices.tracks.audio;
    this.#stopMeter = track ? meter(track, part(this.root, "meter")) : null;
  }

  #joinable(): void {
    const sound = this.devices.tracks.audio !== null;
    part(this.root, "check").toggleAttribute("data-no-camera", this.devices.tracks.video === null);
    part(this.root, "check").toggleAttribute("data-no-sound", !sound);
  }

  #pickers(list: MediaDeviceInfo[]): void {
    for (const picker of this.root.querySelectorAll<HTMLSelectElement>("select[data-device]")) {
      const device = picker.dataset.device as DeviceKind;
      const found = list.filter(({ kind, deviceId }) => kind === INPUTS[device] && deviceId);
      const track = device === "camera" ? this.devices.tracks.video : this.devices.tracks.audio;
      const now = device === "speaker" ? this.devices.speaker : track?.getSettings().deviceId;
      picker.replaceChildren(...found.map(({ deviceId, label }, at) =>
        new Option(label || this.words.say("device_number", { number: String(at + 1) }), deviceId, false, deviceId === now)));
      picker.disabled = found.length === 0;
      const field = picker.closest<HTMLElement>("[data-picker]");
      if (field) field.hidden = found.length === 0 || (device === "speaker" && !("setSinkId" in HTMLMediaElement.prototype));
    }
  }

  #fault(fault: Fault, kind: Kind | "both"): void {
    const place = part(this.root, "fault");
    place.hidden = false;
    place.dataset.fault = fault;
    part(place, "fault-title").textContent = this.words.say(`fault_${fault}_${kind}`, {});
    const help = `help_${fault}_${browser()}`;
    const text = this.words.say(this.words.has(help) ? help : `help_${fault}`);
    part(place, "fault-help").textContent = text;
    maybe(place, "fault-copy")?.toggleAttribute("hidden", fault !== "in_app");
    if (fault === "in_app" || fault === "insecure") this.#step("blocked");
  }
}
