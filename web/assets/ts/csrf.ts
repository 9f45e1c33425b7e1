const NAMES = ["__Host-csrf", "csrf"];

/** The token that unsafe requests carry in X-CSRF-Token; empty when there is no cookie. */
export function csrfToken(): string {
  const cookies = new Map(document.cookie.split("; ").map((pair) => pair.split("=", 2) as [string, string]));
  for (const name of NAMES) {
    const value = cookies.get(name);
    if (value) return decodeURIComponent(value);
  }
  return "";
}
