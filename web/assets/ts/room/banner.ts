// What is said when the picture stops: nothing at first, then calm words, then choices.
import { maybe, part, type Words } from "./config";
import type { Link } from "./session";

const DIM_AFTER = 500;
const SAY_AFTER = 2000;
const CHOICES_AFTER = 20000;

export class Banner {
  readonly #root: HTMLElement;
  readonly #bar: HTMLElement;
  readonly #text: HTMLElement;
  readonly #choices: HTMLElement | null;
  #timers: number[] = [];
  #noticeTimer = 0;

  constructor(
    root: HTMLElement,
    private readonly words: Words,
  ) {
    this.#root = root;
    this.#bar = part(root, "banner");
    this.#text = part(root, "banner-words");
    this.#choices = maybe(root, "banner-choices");
  }

  link(state: Link, peerIsAway: boolean): void {
    if (state === "connecting" && this.#timers.length > 0) return;
    this.#clear();
    if (state !== "broken") return;
    this.#in(DIM_AFTER, () => this.#root.toggleAttribute("data-dim", true));
    this.#in(SAY_AFTER, () => this.#show(this.words.say(peerIsAway ? "peer_away" : "reconnecting")));
    this.#in(CHOICES_AFTER, () => this.#choices?.toggleAttribute("hidden", false));
  }

  /** A passing remark, spoken politely. */
  notice(text: string, seconds = 5): void {
    const place = part(this.#root, "notice");
    place.textContent = text;
    place.hidden = false;
    window.clearTimeout(this.#noticeTimer);
    this.#noticeTimer = window.setTimeout(() => { place.hidden = true; }, seconds * 1000);
  }

  hush(): void {
    part(this.#root, "notice").hidden = true;
  }

  quiet(): void {
    this.hush();
    this.#clear();
  }

  #show(text: string): void {
    this.#text.textContent = text;
    this.#bar.hidden = false;
  }

  #in(after: number, step: () => void): void {
    this.#timers.push(window.setTimeout(step, after));
  }

  #clear(): void {
    this.#timers.forEach((timer) => window.clearTimeout(timer));
    this.#timers = [];
    this.#root.removeAttribute("data-dim");
    this.#bar.hidden = true;
    this.#choices?.toggleAttribute("hidden", true);
  }
}
