// How the call goes, from the connection's own counters: 0 to 4 bars, and numbers for who asks.
export interface Reading {
  bars: number;
  loss: number;
  rtt: number;
  fps: number;
  kbps: number;
  outgoing: number;
}

interface Counters {
  at: number;
  received: number;
  lost: number;
  bytes: number;
  frames: number;
}

const EVERY = 2000;

export function watchQuality(pc: RTCPeerConnection, tell: (reading: Reading) => void): () => void {
  let before: Counters | null = null;
  const timer = window.setInterval(() => void look(), EVERY);

  async function look(): Promise<void> {
    if (pc.connectionState === "closed") return window.clearInterval(timer);
    const stats = await pc.getStats();
    const now: Counters = { at: performance.now(), received: 0, lost: 0, bytes: 0, frames: 0 };
    let rtt = 0;
    let outgoing = 0;
    stats.forEach((entry: Record<string, number | string | boolean>) => {
      if (entry.type === "inbound-rtp") {
        now.received += Number(entry.packetsReceived ?? 0);
        now.lost += Math.max(0, Number(entry.packetsLost ?? 0));
        now.bytes += Number(entry.bytesReceived ?? 0);
        now.frames += Number(entry.framesDecoded ?? 0);
      } else if (entry.type === "candidate-pair" && entry.nominated && entry.state === "succeeded") {
        rtt = Number(entry.currentRoundTripTime ?? 0) * 1000;
        outgoing = Number(entry.availableOutgoingBitrate ?? 0) / 1000;
      }
    });
    if (before) tell(judge(before, now, rtt, outgoing));
    before = now;
  }

  return () => window.clearInterval(timer);
}

/** Thresholds: sound breaks up above 5 % loss and is useless above 33 %; talk overlaps above half a second. */
export function judge(before: Counters, now: Counters, rtt: number, outgoing: number): Reading {
  const seconds = Math.max(0.1, (now.at - before.at) / 1000);
  const received = now.received - before.received;
  const lost = Math.max(0, now.lost - before.lost);
  const loss = received + lost > 0 ? lost / (received + lost) : 0;
  const kbps = ((now.bytes - before.bytes) * 8) / 1000 / seconds;
  const fps = (now.frames - before.frames) / seconds;
  let bars = 4;
  if (loss > 0.02 || rtt > 250) bars = 3;
  if (loss > 0.05 || rtt > 500 || (outgoing > 0 && outgoing < 200)) bars = 2;
  if (loss > 0.15 || rtt > 1000 || (outgoing > 0 && outgoing < 80)) bars = 1;
  if (received <= 0 || loss > 0.33) bars = 0;
  return { bars, loss, rtt, fps, kbps, outgoing };
}
