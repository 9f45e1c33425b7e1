// After the call: back within two minutes if the hang-up was a slip, otherwise on to what comes next.
import { maybe, part, type Config, type Words } from "./config";

export class Ending {
  #timer = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly config: Config,
    private readonly words: Words,
  ) {}

  show(how: "left" | "finished"): void {
    window.clearInterval(this.#timer);
    const screen = part(this.root, "ended");
    screen.dataset.how = how;
    for (const block of screen.querySelectorAll<HTMLElement>("[data-when]")) block.hidden = block.dataset.when !== how;
    if (how === "left") this.#countdown(Date.now() + this.config.return_seconds * 1000);
    screen.querySelector<HTMLElement>(`[data-when="${how}"] [data-focus]`)?.focus();
  }

  #countdown(until: number): void {
    const offer = part(this.root, "return-offer");
    const words = maybe(this.root, "return-words");
    const tick = (): void => {
      const left = Math.ceil((until - Date.now()) / 1000);
      offer.hidden = left <= 0 || this.root.dataset.screen !== "ended";
      if (left <= 0) return window.clearInterval(this.#timer);
      const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      if (words) words.textContent = this.words.say("return_left", { time: clock });
    };
    tick();
    this.#timer = window.setInterval(tick, 1000);
  }
}
