// Buttons by what they do, and single keys that never fire while somebody is writing.
export type Action =
  | "allow" | "join" | "join-audio" | "retry" | "test-speaker" | "heard-yes" | "heard-no" | "copy-link" | "mute" | "camera" | "flip" | "chat"
  | "note" | "settings" | "fullscreen" | "snapshot" | "hang-up" | "leave" | "finish" | "admit" | "return" | "use-here" | "try-again"
  | "audio-only" | "resume-video" | "close-panel" | "swap";

const KEYS: Record<string, Action> = { KeyM: "mute", KeyV: "camera", KeyC: "chat", KeyN: "note", KeyS: "snapshot" };

export class Controls {
  constructor(
    private readonly root: HTMLElement,
    private readonly act: (action: Action, from: HTMLElement | null) => void,
  ) {
    root.addEventListener("click", this.#clicked);
    document.addEventListener("keydown", this.#pressed);
  }

  /** A toggle says its state in words as well: the label is that of the next press. */
  press(action: Action, pressed: boolean): void {
    for (const button of this.root.querySelectorAll<HTMLElement>(`[data-action="${action}"]`)) {
      button.setAttribute("aria-pressed", String(pressed));
      const label = pressed ? button.dataset.labelOn : button.dataset.labelOff;
      if (label) button.setAttribute("aria-label", label);
    }
  }

  close(): void {
    this.root.removeEventListener("click", this.#clicked);
    document.removeEventListener("keydown", this.#pressed);
  }

  readonly #clicked = (event: Event): void => {
    const button = (event.target as Element).closest<HTMLElement>("[data-action]");
    if (button && !button.hasAttribute("disabled")) this.act(button.dataset.action as Action, button);
  };

  /** By place on the keyboard, so that an Arabic layout has the same keys. */
  readonly #pressed = (event: KeyboardEvent): void => {
    const action = KEYS[event.code];
    if (!action || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.target as HTMLElement;
    if (at.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    const button = this.root.querySelector<HTMLElement>(`[data-action="${action}"]`);
    if (!button || button.offsetParent === null) return;
    event.preventDefault();
    this.act(action, button);
  };
}
