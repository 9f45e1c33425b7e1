import htmx from "htmx.org";
import { csrfToken } from "./csrf";
import { focusErrorSummary } from "./forms";
import { say, words } from "./notices";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.scrollBehavior = "instant";
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "409", swap: true },
  { code: "...", swap: false, error: true },
];

document.addEventListener("htmx:configRequest", (event) => {
  const { headers, verb, formData } = (event as CustomEvent<{ headers: Record<string, string>; verb: string; formData: FormData }>).detail;
  headers["X-CSRF-Token"] = csrfToken();
  if (verb !== "get") return;
  for (const [name, value] of [...formData]) if (value === "") formData.delete(name); // addresses stay short
});

document.addEventListener("htmx:afterSwap", (event) => focusErrorSummary(event.target as HTMLElement));
document.addEventListener("htmx:sendError", () => say(words("network"), "waiting"));
document.addEventListener("htmx:responseError", () => say(words("server"), "danger"));
