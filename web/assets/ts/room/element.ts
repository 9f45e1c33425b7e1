// <video-room>: reads the page, wires the modules, and does what the buttons say.
import { Banner } from "./banner";
import { Chat } from "./chat";
import { Check } from "./check";
import { callBack, runTimer, stayAwake, toggleFullscreen } from "./comforts";
import { maybe, part, readConfig, Words, type Config } from "./config";
import { Controls, type Action } from "./controls";
import { Devices } from "./devices";
import { isPhone } from "./faults";
import { chime, sendTo } from "./meter";
import { Notes } from "./notes";
import { Panel } from "./panel";
import { snapshot } from "./photos";
import { watchQuality, type Reading } from "./quality";
import { Screens } from "./screens";
import { Session } from "./session";
import { Ending } from "./ending";

export class VideoRoom extends HTMLElement {
  #config!: Config;
  #words!: Words;
  #devices!: Devices;
  #screens!: Screens;
  #controls!: Controls;
  #check!: Check;
  #banner!: Banner;
  #panel!: Panel;
  #ending!: Ending;
  #notes: Notes | null = null;
  #chat: Chat | null = null;
  #session: Session | null = null;
  #stopTimer: (() => void) | null = null;
  #stopQuality: (() => void) | null = null;

  connectedCallback(): void {
    this.#config = readConfig(this);
    this.#words = new Words(this.#config);
    this.#devices = new Devices(this.#config.role === "pet_owner" && isPhone() ? "environment" : "user");
    this.#screens = new Screens(this, this.#config, this.#words, this.#devices);
    this.#check = new Check(this, this.#words, this.#devices);
    this.#banner = new Banner(this, this.#words);
    this.#panel = new Panel(this);
    this.#ending = new Ending(this, this.#config, this.#words);
    this.#notes = Notes.in(this, this.#config, this.#words);
    this.#controls = new Controls(this, (action) => void this.#act(action));
    this.#devices.on("track", () => this.#toggles()).on("fault", ({ kind, fault }) => this.#banner.notice(this.#words.say(`fault_${fault}_${kind}`)));
    for (const picker of this.querySelectorAll<HTMLSelectElement>('select[data-device="speaker"]')) {
      picker.addEventListener("change", () => void sendTo(this.#screens.remote, picker.value));
    }
    this.addEventListener("chat-heard", (event) => this.#banner.notice((event as CustomEvent<string>).detail));
    document.addEventListener("visibilitychange", this.#returned);
    window.addEventListener("pagehide", this.#closing);
    this.#screens.show("check", false);
    void this.#check.begin();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.#returned);
    window.removeEventListener("pagehide", this.#closing);
    this.#session?.signal.close();
    this.#session?.peer?.close();
    this.#devices.close();
    this.#controls.close();
  }

  #enter(): void {
    this.#check.end();
    this.#session?.signal.close();
    const session = new Session(this.#config, this.#devices);
    this.#session = session;
    this.#chat = this.#chat?.move(session) ?? new Chat(this, this.#config, this.#words, session, () => this.#panel.shows("chat"));
    this.#follow(session);
    this.#screens.show("waiting");
    this.#screens.peer(null);
    session.join();
  }

  #follow(session: Session): void {
    const say = (key: string): string => this.#words.say(key);
    session
      .on("phase", (phase) => (phase === "live" ? this.#live() : phase === "finished" ? this.#over("finished") : undefined))
      .on("peer", (face) => this.#screens.peer(face))
      .on("track", (track) => this.#screens.receive(track))
      .on("cleared", () => this.#screens.clear())
      .on("link", (link) => {
        if (link === "connected") this.#banner.hush();
        this.dataset.link = link;
        this.#banner.link(link, session.face?.status === "away");
        if (link === "connecting" && session.peer) this.#measure(session.peer.pc);
      })
      .on("media", () => this.#screens.peer(session.face))
      .on("bars", (bars) => { part(this, "peer-bars").dataset.bars = String(bars); })
      .on("left", ({ reason }) => this.#banner.notice(say(reason === "lost" ? "peer_lost" : "peer_left"), 10))
      .on("ask", ({ kind }) => this.#asked(kind))
      .on("preview", ({ field, text, done }) => this.#panel.preview(field, text, done))
      .on("replaced", ({ device }) => { this.#leave("replaced"); part(this, "replaced-words").textContent = say(`replaced_${device || "device"}`); })
      .on("refused", ({ code, title }) => {
        this.#leave("refused");
        part(this, "refused-words").textContent = title || say(this.#words.has(`refused_${code}`) ? `refused_${code}` : "refused");
      })
      .on("error", ({ code }) => this.#banner.notice(say(this.#words.has(`error_${code}`) ? `error_${code}` : "error")));
  }

  async #act(action: Action): Promise<void> {
    const session = this.#session;
    switch (action) {
      case "allow": case "retry": return this.#check.open();
      case "join": return this.#enter();
      case "join-audio": await this.#devices.set("video", false); return this.#enter();
      case "test-speaker": return this.#check.testSpeaker();
      case "heard-yes": case "heard-no": return this.#check.heard(action === "heard-yes");
      case "copy-link": return navigator.clipboard.writeText(location.href);
      case "mute": await this.#devices.set("audio", !this.#devices.audio); this.#toggles(); return session?.tellMedia();
      case "camera": case "audio-only": case "resume-video":
        await this.#devices.set("video", action === "resume-video" || (action === "camera" && !this.#devices.video));
        return this.#toggles();
      case "flip": await this.#devices.flip(); return;
      case "chat": case "note": this.#banner.hush(); this.#panel.toggle(action); if (this.#panel.shows("chat")) this.#chat?.opened(); else if (this.#panel.shows("note")) this.#notes?.focus(); return;
      case "close-panel": return this.#panel.close();
      case "settings": await this.#devices.refresh(); return part<HTMLDialogElement>(this, "settings").showModal();
      case "fullscreen": return toggleFullscreen(this);
      case "swap": this.toggleAttribute("data-swapped"); return;
      case "snapshot": return this.#snapshot();
      case "admit": await session?.admit(); return;
      case "hang-up": {
        const choice = maybe<HTMLDialogElement>(this, "hang-up-choice");
        return choice && session?.phase === "live" ? choice.showModal() : this.#hangUp();
      }
      case "leave": maybe<HTMLDialogElement>(this, "hang-up-choice")?.close(); return this.#hangUp();
      case "finish": return this.#finish();
      case "return": case "use-here": await this.#devices.open(); return this.#enter();
      case "try-again": session?.peer?.restart(); return void session?.signal.send("restart");
    }
  }

  #live(): void {
    if (this.#screens.now === "call") return;
    this.#screens.show("call");
    this.#stopTimer = runTimer(part(this, "timer"), this.#config, this.#words);
    void stayAwake(true);
    if (this.#config.role === "pet_owner") {
      callBack(this.#words.say("title_admitted"));
      if (document.hidden) void chime(this.#devices.speaker);
    }
  }

  #measure(pc: RTCPeerConnection): void {
    this.#stopQuality?.();
    let told = -1;
    this.#stopQuality = watchQuality(pc, (reading: Reading) => {
      const own = part(this, "own-bars");
      own.dataset.bars = String(reading.bars);
      own.title = this.#words.say("quality_numbers", {
        loss: String(Math.round(reading.loss * 100)), rtt: String(Math.round(reading.rtt)), fps: String(Math.round(reading.fps)), kbps: String(Math.round(reading.kbps)),
      });
      part(this, "own-quality").textContent = this.#words.say(`quality_${reading.bars}`);
      if (reading.bars !== told) void this.#session?.signal.send("quality", { bars: reading.bars });
      told = reading.bars;
    });
  }

  async #snapshot(): Promise<void> {
    const photo = await snapshot(this.#screens.remote);
    const sent = photo ? await this.#chat?.sendPhoto(photo) : false;
    this.#banner.notice(this.#words.say(sent ? "snapshot_kept" : "snapshot_failed"));
  }

  #asked(kind: "photo" | "flip"): void {
    this.#banner.notice(this.#words.say(`ask_${kind}`), 6);
    if (kind !== "photo") return;
    this.#panel.open("chat");
    this.#chat?.opened();
    maybe(this, "photo-button")?.toggleAttribute("data-asked", true);
  }

  async #finish(): Promise<void> {
    part<HTMLDialogElement>(this, "hang-up-choice").close();
    await this.#notes?.save();
    if (!(await this.#session?.finish())) this.#banner.notice(this.#words.say("finish_failed"), 10);
  }

  async #hangUp(): Promise<void> {
    await this.#session?.leave();
    this.#over("left");
  }

  #over(how: "left" | "finished"): void {
    this.#leave("ended");
    this.#ending.show(how);
  }

  #leave(screen: "ended" | "replaced" | "refused"): void {
    for (const dialog of this.querySelectorAll<HTMLDialogElement>("dialog[open]")) dialog.close();
    this.#banner.quiet();
    this.#stopTimer?.();
    this.#stopQuality?.();
    this.#screens.clear();
    this.#devices.close();
    this.#panel.close();
    void stayAwake(false);
    if (document.fullscreenElement) void document.exitFullscreen();
    this.#screens.show(screen);
  }

  #toggles(): void {
    this.#controls.press("mute", !this.#devices.audio || !this.#devices.tracks.audio);
    this.#controls.press("camera", !this.#devices.tracks.video);
  }

  readonly #returned = (): void => {
    if (!document.hidden && this.#screens.now === "call") void stayAwake(true);
  };

  /** The tab closes: the other side need not wait a minute to learn it; a reload comes back as a new page. */
  readonly #closing = (event: PageTransitionEvent): void => {
    if (!event.persisted) this.#session?.signal.close();
  };
}
