// The vet's note beside the video: kept here until it is stored, stored three seconds after the last key.
import { csrfToken } from "../csrf";
import { maybe, part, type Config, type Words } from "./config";

const SAVE_AFTER = 3000;
const RETRY_AFTER = 6000;

type Fields = Record<string, string>;
interface Stored extends Record<string, unknown> {
  version: number;
}

export class Notes {
  readonly #form: HTMLFormElement;
  readonly #saved: HTMLElement;
  readonly #key: string;
  #version: number;
  #timer = 0;
  #saving = false;
  #dirty = false;

  static in(root: HTMLElement, config: Config, words: Words): Notes | null {
    return maybe(root, "note") ? new Notes(root, config, words) : null;
  }

  private constructor(
    private readonly root: HTMLElement,
    private readonly config: Config,
    private readonly words: Words,
  ) {
    this.#form = part<HTMLFormElement>(root, "note");
    this.#saved = part(root, "note-saved");
    this.#version = Number(this.#form.dataset.version ?? 0);
    this.#key = `lazo.note.${config.note_url}`;
    this.#form.addEventListener("input", () => this.#changed());
    this.#form.addEventListener("submit", (event) => { event.preventDefault(); void this.save(); });
    maybe<HTMLSelectElement>(root, "note-template")?.addEventListener("change", (event) => this.#fill(event.target as HTMLSelectElement));
    document.addEventListener("visibilitychange", () => { if (document.hidden && this.#dirty) void this.save(); });
    this.#restore();
  }

  focus(): void {
    this.#form.querySelector<HTMLTextAreaElement>("textarea")?.focus();
  }

  async save(): Promise<void> {
    window.clearTimeout(this.#timer);
    if (this.#saving) return this.#later(500);
    this.#saving = true;
    this.#dirty = false;
    const sent = this.#fields();
    try {
      const answer = await this.#put({ version: this.#version, ...sent });
      if (answer.status === 409 || answer.status === 412) await this.#conflict(answer);
      else if (answer.ok) this.#stored((await answer.json()) as Stored);
      else this.#failed(answer.status < 500 && answer.status !== 429);
    } catch {
      this.#failed(false);
    } finally {
      this.#saving = false;
    }
  }

  #put(body: unknown): Promise<Response> {
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": csrfToken() };
    const text = JSON.stringify(body);
    const small = new Blob([text]).size < 60_000; // what a closing page may still send
    return fetch(this.config.note_url, { method: "PUT", headers, body: text, keepalive: small && document.hidden });
  }

  #fields(): Fields {
    return Object.fromEntries([...new FormData(this.#form)].map(([name, value]) => [name, String(value)]));
  }

  #changed(): void {
    this.#dirty = true;
    localStorage.setItem(this.#key, JSON.stringify({ version: this.#version, fields: this.#fields() }));
    this.#say("note_typing");
    this.#later(SAVE_AFTER);
  }

  #later(after: number): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.save(), after);
  }

  #stored(note: Stored): void {
    this.#version = note.version;
    this.#form.dataset.version = String(note.version);
    if (this.#dirty) return;
    localStorage.removeItem(this.#key);
    this.#say("note_saved", { time: this.words.clock(new Date()) });
  }

  #failed(final: boolean): void {
    this.#dirty = true;
    this.#say(final ? "note_refused" : "note_offline");
    if (!final) this.#later(RETRY_AFTER);
  }

  #say(key: string, values: Record<string, string> = {}): void {
    this.#saved.textContent = this.words.say(key, values);
    this.#saved.dataset.state = key;
  }

  /** A draft that never reached the server is put back, and saved. */
  #restore(): void {
    const kept = JSON.parse(localStorage.getItem(this.#key) ?? "null") as { version: number; fields: Fields } | null;
    if (!kept) return;
    this.#write(kept.fields);
    this.#version = kept.version;
    this.#dirty = true;
    this.#say("note_restored");
    this.#later(SAVE_AFTER);
  }

  #write(fields: Fields): void {
    for (const [name, value] of Object.entries(fields)) {
      const field = this.#form.elements.namedItem(name);
      if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) field.value = value;
    }
  }

  #fill(picker: HTMLSelectElement): void {
    const chosen = picker.selectedOptions[0];
    for (const field of this.#form.querySelectorAll<HTMLTextAreaElement>("textarea")) {
      const text = chosen?.dataset[field.name];
      if (text) field.value = field.value.trim() ? `${field.value.trimEnd()}\n${text}` : text;
    }
    const code = this.#form.elements.namedItem("template_code");
    if (code instanceof HTMLInputElement) code.value = picker.value;
    picker.selectedIndex = 0;
    this.#changed();
  }

  /** Somebody else saved: both texts are shown, and the vet says which stands. */
  async #conflict(answer: Response): Promise<void> {
    const problem = (await answer.json()) as { code?: string; current?: Stored };
    if (!problem.current) return this.#failed(true);
    const theirs = problem.current;
    const mine = this.#fields();
    // The page that was closed had saved the very same text: nobody needs to be asked.
    if (Object.entries(mine).every(([name, value]) => value === String(theirs[name] ?? ""))) return this.#stored(theirs);
    const dialog = part<HTMLDialogElement>(this.root, "note-conflict");
    const show = (mark: string, note: Record<string, unknown>): void => {
      const text = Object.keys(mine).filter((name) => name !== "template_code").map((name) => String(note[name] ?? "")).filter(Boolean).join("\n\n");
      part(dialog, mark).textContent = text;
    };
    show("conflict-mine", mine);
    show("conflict-theirs", theirs);
    dialog.showModal();
    dialog.addEventListener("close", () => {
      this.#version = theirs.version;
      if (dialog.returnValue === "theirs") {
        this.#write(Object.fromEntries(Object.keys(mine).filter((name) => name !== "template_code").map((name) => [name, String(theirs[name] ?? "")])));
        localStorage.removeItem(this.#key);
        this.#say("note_saved", { time: this.words.clock(new Date()) });
      } else void this.save();
    }, { once: true });
  }
}
