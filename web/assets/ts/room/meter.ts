// Sound made visible and audible: the microphone's level as bars, and a test sound for the speaker.
let shared: AudioContext | null = null;
const context = (): AudioContext => (shared ??= new AudioContext());

/** Moves `--level` (0 to 1) on an element while the track lives; returns how to stop. */
export function meter(track: MediaStreamTrack, element: HTMLElement): () => void {
  const audio = context();
  void audio.resume();
  const source = audio.createMediaStreamSource(new MediaStream([track]));
  const analyser = audio.createAnalyser();
  analyser.fftSize = 512;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let frame = 0;
  let level = 0;
  const draw = (): void => {
    analyser.getFloatTimeDomainData(samples);
    const power = Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
    level = Math.max(Math.min(1, power * 6), level * 0.85);
    element.style.setProperty("--level", level.toFixed(2));
    if (level > 0.08) element.dataset.heard = "";
    frame = requestAnimationFrame(draw);
  };
  draw();
  return () => {
    cancelAnimationFrame(frame);
    source.disconnect();
  };
}

/** Two soft notes through the chosen speaker. */
export async function chime(speaker = ""): Promise<void> {
  const audio = context();
  await audio.resume();
  const out = audio.createMediaStreamDestination();
  for (const [at, pitch] of [[0, 523.25], [0.22, 659.25]] as const) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, audio.currentTime + at);
    volume.gain.linearRampToValueAtTime(0.25, audio.currentTime + at + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + 0.6);
    tone.connect(volume).connect(out);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 0.65);
  }
  const player = new Audio();
  player.srcObject = out.stream;
  await sendTo(player, speaker);
  await player.play();
  await new Promise((done) => window.setTimeout(done, 1000));
  player.srcObject = null;
}

/** Route an element to a speaker where the browser can; elsewhere the system decides. */
export async function sendTo(element: HTMLMediaElement, speaker: string): Promise<void> {
  if (speaker && "setSinkId" in element) await element.setSinkId(speaker).catch(() => undefined);
}
