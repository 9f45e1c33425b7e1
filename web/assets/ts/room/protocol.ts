// The shapes of docs/SIGNALING.md, as this client uses them.
export type Role = "pet_owner" | "practitioner";
export type Phase = "waiting" | "live" | "finished";

export interface Face {
  name: string;
  status: "in" | "away" | "left";
  since: number;
  device: string;
  audio: boolean;
  video: boolean;
}

export interface Welcome {
  generation: string;
  seq: number;
  resumed: boolean;
  epoch: number;
  phase: Phase;
  role: Role;
  polite: boolean;
  peer: Face | null;
  now: number;
}

export interface ChatLine {
  id: string;
  client_id: string;
  user: string;
  role?: Role;
  body: string;
  file_id?: string | null;
  photo_url?: string | null;
  at: string;
}

export interface Description {
  epoch: number;
  type: "offer" | "answer";
  sdp: string;
}

export interface Candidate {
  epoch: number;
  candidate: RTCIceCandidateInit | null;
}

export interface Media {
  audio: boolean;
  video: boolean;
  facing: "user" | "environment" | null;
}

/** What the server may tell us. */
export interface Heard {
  welcome: Welcome;
  admitted: { epoch: number };
  epoch: { epoch: number };
  description: Description;
  candidate: Candidate;
  finished: { at: number };
  replaced: { device: string; at: number };
  ask: { kind: "photo" | "flip" };
  error: { event: string; code: string; message: string };
  "peer.joined": Face & { epoch: number; phase: Phase };
  "peer.back": Face & { epoch: number; phase: Phase };
  "peer.away": { until: number };
  "peer.left": { reason: "hung_up" | "lost" };
  "peer.media": Media;
  "peer.quality": { bars: number };
  "peer.typing": Record<string, never>;
  "chat.message": ChatLine;
  "note.preview": { field: string; text: string; done: boolean };
}

export interface Ack {
  ok: boolean;
  code?: string;
  message?: string | ChatLine;
  messages?: ChatLine[];
  epoch?: number;
}

export interface Ticket {
  ticket: string;
  signaling_url: string;
  ice_servers: RTCIceServer[];
  role: Role;
  polite: boolean;
}
