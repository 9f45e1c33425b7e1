// Small courtesies of a call: the screen stays awake, the tab calls out, the clock is honest.
import { part, type Config, type Words } from "./config";

let lock: WakeLockSentinel | null = null;

export async function stayAwake(on: boolean): Promise<void> {
  if (!on) return void (await lock?.release().catch(() => undefined));
  if (document.hidden || !("wakeLock" in navigator)) return;
  lock = await navigator.wakeLock.request("screen").catch(() => null);
}

export async function toggleFullscreen(root: HTMLElement): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await root.requestFullscreen?.().catch(() => undefined);
}

/** Calls a person back to the tab: the title changes until they look, and a phone trembles once. */
export function callBack(text: string): void {
  navigator.vibrate?.([80, 60, 80]);
  if (!document.hidden) return;
  const before = document.title;
  document.title = text;
  const restore = (): void => {
    if (document.hidden) return;
    document.title = before;
    document.removeEventListener("visibilitychange", restore);
  };
  document.addEventListener("visibilitychange", restore);
}

/** Minutes talked, of minutes booked; the last five are marked. */
export function runTimer(element: HTMLElement, config: Config, words: Words): () => void {
  const began = Date.now();
  const booked = Math.round((Date.parse(config.ends_at) - Date.parse(config.starts_at)) / 60000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const draw = (): void => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    const left = (Date.parse(config.ends_at) - Date.now()) / 60000;
    part(element, "timer-elapsed").textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
    element.toggleAttribute("data-soon", left <= 5);
  };
  part(element, "timer-booked").textContent = words.say("timer_booked", { booked: words.minutes(booked) });
  draw();
  const timer = window.setInterval(draw, 1000);
  return () => window.clearInterval(timer);
}
