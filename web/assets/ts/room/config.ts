// What the page says about this room: two JSON blocks written by the server, its facts and its words.
import type { Role } from "./protocol";

export interface Config {
  role: Role;
  locale: string;
  peer_name: string;
  pet_name: string;
  ticket_url: string;
  photo_url: string;
  note_url: string;
  starts_at: string;
  ends_at: string;
  return_seconds: number;
  strings: Record<string, string>;
}

export function readConfig(root: ParentNode): Config {
  const read = (mark: string): unknown => JSON.parse(root.querySelector(`script[${mark}]`)?.textContent ?? "{}");
  return { ...(read("data-room-config") as Config), strings: read("data-room-words") as Record<string, string> };
}

/** Fills `{name}` places; a missing key shows itself, which tests look for. */
export class Words {
  constructor(private readonly config: Config) {}

  say(key: string, values: Record<string, string> = {}): string {
    const all = { peer: this.config.peer_name, pet: this.config.pet_name, ...values };
    const text = this.config.strings[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => (all as Record<string, string>)[name] ?? whole);
  }

  has(key: string): boolean {
    return key in this.config.strings;
  }

  /** Hour and minute in the reader's language, with western figures. */
  clock(at: Date): string {
    return new Intl.DateTimeFormat(`${this.config.locale}-u-nu-latn`, { hour: "numeric", minute: "2-digit" }).format(at);
  }

  minutes(count: number): string {
    const style = { style: "unit", unit: "minute", unitDisplay: "long" } as const;
    return new Intl.NumberFormat(`${this.config.locale}-u-nu-latn`, style).format(count);
  }
}

/** The one element with that mark; a template without it is a defect and says so at once. */
export function part<T extends HTMLElement = HTMLElement>(root: ParentNode, mark: string): T {
  const found = root.querySelector<T>(`[data-part="${mark}"]`);
  if (!found) throw new Error(`The room has no part "${mark}"`);
  return found;
}

export function maybe<T extends HTMLElement = HTMLElement>(root: ParentNode, mark: string): T | null {
  return root.querySelector<T>(`[data-part="${mark}"]`);
}
