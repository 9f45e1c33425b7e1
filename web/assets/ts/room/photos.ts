// Photos: made small in the browser, sent over HTTPS, then mentioned in the chat.
import { csrfToken } from "../csrf";

const LONGEST = 1600;

/** At most 1600 px on the long side, WebP where the browser can; the original's metadata stays behind. */
export async function shrink(file: Blob): Promise<Blob> {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return toBlob(canvas);
}

/** What the other side shows right now, as a picture. */
export async function snapshot(video: HTMLVideoElement): Promise<Blob | null> {
  if (!video.videoWidth) return null;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return toBlob(canvas);
}

export interface Upload {
  id: string;
  url: string;
}

export async function upload(url: string, photo: Blob): Promise<Upload> {
  const form = new FormData();
  form.append("photo", photo, photo.type === "image/webp" ? "photo.webp" : "photo.jpg");
  const answer = await fetch(url, { method: "POST", body: form, headers: { "X-CSRF-Token": csrfToken(), Accept: "application/json" } });
  if (!answer.ok) throw new Error(`photo ${answer.status}`);
  return (await answer.json()) as Upload;
}

function toBlob(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((done, fail) => {
    const given = (blob: Blob | null): void => (blob ? done(blob) : fail(new Error("no picture")));
    canvas.toBlob((blob) => (blob?.type === "image/webp" ? done(blob) : canvas.toBlob(given, "image/jpeg", 0.85)), "image/webp", 0.82);
  });
}
