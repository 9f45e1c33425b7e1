// Why a camera or microphone did not start, in a word the page has a sentence for.
export type Fault = "denied" | "missing" | "busy" | "insecure" | "in_app" | "failed";
export type Browser = "safari_ios" | "chrome_android" | "chrome" | "firefox" | "safari" | "edge" | "other";

export function nameOf(error: unknown): Fault {
  switch ((error as DOMException)?.name) {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "failed";
  }
}

/** What stands in the way before any permission is asked: an insecure page, or a browser inside another app. */
export function obstacle(): Fault | null {
  if (/\b(FBAN|FBAV|Instagram|Line\/|WhatsApp|MicroMessenger|TikTok)/i.test(navigator.userAgent)) return "in_app";
  if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia || !("RTCPeerConnection" in window)) return "insecure";
  return null;
}

export function browser(): Browser {
  const agent = navigator.userAgent;
  if (/iPhone|iPad/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1)) return "safari_ios";
  if (/Android/.test(agent)) return "chrome_android";
  if (/Firefox\//.test(agent)) return "firefox";
  if (/Edg\//.test(agent)) return "edge";
  if (/Chrome\//.test(agent)) return "chrome";
  return /Safari\//.test(agent) ? "safari" : "other";
}

export function isPhone(): boolean {
  return window.matchMedia("(pointer: coarse)").matches && Math.min(screen.width, screen.height) < 820;
}

/** What the other side is told about this device: a kind, never a fingerprint. */
export function deviceName(): string {
  return isPhone() ? "phone" : "computer";
}
