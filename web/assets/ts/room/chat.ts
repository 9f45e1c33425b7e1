// Chat beside the picture: every line has an id from here, so sending twice is harmless; it survives a reload.
import { maybe, part, type Config, type Words } from "./config";
import { shrink, upload } from "./photos";
import type { ChatLine } from "./protocol";
import type { Session } from "./session";

export class Chat {
  readonly #list: HTMLElement;
  readonly #input: HTMLTextAreaElement;
  readonly #lines = new Map<string, HTMLElement>();
  #unread = 0;
  #typedAt = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly config: Config,
    private readonly words: Words,
    private session: Session,
    private readonly isOpen: () => boolean,
  ) {
    this.#list = part(root, "chat-lines");
    this.#input = part<HTMLTextAreaElement>(root, "chat-input");
    const form = part<HTMLFormElement>(root, "chat-form");
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#submit(); });
    this.#input.addEventListener("keydown", (event) => this.#typed(event, form));
    maybe<HTMLInputElement>(root, "chat-photo")?.addEventListener("change", (event) => void this.#picked(event.target as HTMLInputElement));
    this.move(session);
  }

  /** The same lines over another session: after a return to the call. */
  move(session: Session): this {
    this.session = session;
    session.on("chat", (line) => this.#heard(line)).on("typing", () => this.#typing()).on("welcome", () => void this.#history());
    return this;
  }

  opened(): void {
    this.#unread = 0;
    this.#badge();
    this.#list.scrollTop = this.#list.scrollHeight;
    this.#input.focus({ preventScroll: true });
  }

  /** Send one photo and say so in the chat; false when it could not be sent. */
  async sendPhoto(photo: Blob): Promise<boolean> {
    const id = crypto.randomUUID();
    const shown = this.#show({ id, client_id: id, user: "me", body: "", at: new Date().toISOString(), photo_url: URL.createObjectURL(photo) }, true);
    try {
      const stored = await upload(this.config.photo_url, photo);
      const ack = await this.session.signal.send("chat", { body: "", client_id: id, file_id: stored.id });
      this.#settle(shown, ack.ok);
      return ack.ok;
    } catch {
      this.#settle(shown, false);
      return false;
    }
  }

  #submit(): void {
    const body = this.#input.value.trim();
    if (!body) return;
    this.#input.value = "";
    const id = crypto.randomUUID();
    const shown = this.#show({ id, client_id: id, user: "me", body, at: new Date().toISOString() }, true);
    void this.session.signal.send("chat", { body, client_id: id }).then((ack) => this.#settle(shown, ack.ok));
  }

  #typed(event: KeyboardEvent, form: HTMLFormElement): void {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    } else if (Date.now() - this.#typedAt > 3000) {
      this.#typedAt = Date.now();
      void this.session.signal.send("typing");
    }
  }

  async #picked(input: HTMLInputElement): Promise<void> {
    for (const file of input.files ?? []) await this.sendPhoto(await shrink(file).catch(() => file));
    input.value = "";
  }

  async #history(): Promise<void> {
    const ack = await this.session.signal.send("history");
    for (const line of ack.messages ?? []) this.#show(line, line.role === this.config.role);
  }

  #heard(line: ChatLine): void {
    maybe(this.root, "chat-typing")?.toggleAttribute("hidden", true);
    this.#show(line, line.role === this.config.role);
    if (this.isOpen()) return;
    this.#unread += 1;
    this.#badge();
    if (line.body) this.root.dispatchEvent(new CustomEvent("chat-heard", { detail: line.body }));
  }

  #typing(): void {
    const hint = maybe(this.root, "chat-typing");
    if (!hint) return;
    hint.hidden = false;
    window.setTimeout(() => { hint.hidden = true; }, 4000);
  }

  #badge(): void {
    const badge = part(this.root, "chat-badge");
    badge.textContent = this.#unread > 0 ? String(this.#unread) : "";
    badge.hidden = this.#unread === 0;
  }

  #show(line: ChatLine, mine: boolean): HTMLElement {
    const known = this.#lines.get(line.client_id);
    if (known) {
      this.#settle(known, true);
      return known;
    }
    const bubble = document.createElement("li");
    bubble.className = mine ? "bubble bubble--mine" : "bubble";
    const photo = line.photo_url ?? (line.file_id ? `${this.config.photo_url}/${line.file_id}` : null);
    if (photo) bubble.append(this.#photo(photo));
    if (line.body) bubble.append(Object.assign(document.createElement("p"), { dir: "auto", className: "prewrap", textContent: line.body }));
    const meta = Object.assign(document.createElement("span"), { className: "bubble__meta", textContent: this.words.clock(new Date(line.at)) });
    bubble.append(meta);
    if (mine && line.user === "me") bubble.dataset.state = "sending";
    this.#lines.set(line.client_id, bubble);
    this.#list.append(bubble);
    this.#list.scrollTop = this.#list.scrollHeight;
    return bubble;
  }

  #photo(source: string): HTMLImageElement {
    const image = document.createElement("img");
    Object.assign(image, { src: source, alt: this.words.say("photo_alt"), decoding: "async" });
    return image;
  }

  #settle(bubble: HTMLElement, ok: boolean): void {
    bubble.dataset.state = ok ? "sent" : "failed";
    const meta = bubble.querySelector(".bubble__meta");
    if (!ok && meta) meta.textContent = this.words.say("chat_failed");
  }
}
