/** Tells the server the zone of this device in a cookie, so that times are right from the next page on. */
export function tellZone(): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const pair = `zone=${encodeURIComponent(zone)}`;
  if (!zone || document.cookie.split("; ").includes(pair)) return;
  document.cookie = `${pair}; path=/; max-age=31536000; samesite=lax`;
}
