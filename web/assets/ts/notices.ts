// Short words that appear over the page and leave again. The texts come from the server, in the reader's language.

export type Tone = "positive" | "waiting" | "danger" | "info";

const stack = (): HTMLElement | null => document.getElementById("toasts");

/** A sentence the server wrote into the toast stack: network, server, offline, online, copied, dismiss. */
export function words(name: string): string {
  return stack()?.dataset[name] ?? "";
}

/** Shows `text` for `seconds` in the polite live region; 0 keeps it until it is dismissed. */
export function say(text: string, tone: Tone = "info", seconds = 6): HTMLElement | undefined {
  const template = document.querySelector<HTMLTemplateElement>("#toast-template");
  const list = stack();
  if (!template || !list || !text) return undefined;
  const toast = template.content.firstElementChild?.cloneNode(true) as HTMLElement;
  toast.dataset["tone"] = tone;
  toast.querySelector("[data-text]")!.textContent = text;
  toast.querySelector("[data-dismiss]")?.addEventListener("click", () => toast.remove());
  list.append(toast);
  if (seconds > 0) window.setTimeout(() => toast.remove(), seconds * 1000);
  return toast;
}

/** Tells the reader when the connection went and when it is back. */
export function offlineNotice(): void {
  let shown: HTMLElement | undefined;
  window.addEventListener("offline", () => (shown ??= say(words("offline"), "waiting", 0)));
  window.addEventListener("online", () => {
    shown?.remove();
    shown = undefined;
    say(words("online"), "positive", 3);
  });
  for (const toast of document.querySelectorAll<HTMLElement>("#toasts [data-dismiss]")) {
    toast.addEventListener("click", () => toast.closest(".toast")?.remove());
  }
}
