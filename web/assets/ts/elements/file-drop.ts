import { csrfToken } from "../csrf";
import { say } from "../notices";
import { smaller } from "../pictures";

/**
 * <file-drop name="photos" upload="/uploads" max-files="6"> around a file input and a list.
 * Pictures are made smaller first. With `upload`, each travels by itself with its progress and its id is kept in a
 * hidden field; without it, the smaller files replace the chosen ones in the input and go with the form.
 */
class FileDrop extends HTMLElement {
  connectedCallback(): void {
    const chosen = (): File[] => [...(this.#input.files ?? [])];
    this.#input.addEventListener("change", () => void this.#take(chosen()));
    if (chosen().length) void this.#take(chosen()); // somebody was faster than this script
    this.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.setAttribute("data-over", "");
    });
    this.addEventListener("dragleave", () => this.removeAttribute("data-over"));
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      this.removeAttribute("data-over");
      void this.#take([...(event.dataTransfer?.files ?? [])]);
    });
  }

  get #input(): HTMLInputElement {
    return this.querySelector<HTMLInputElement>("input[type=file]")!;
  }

  get #list(): HTMLElement {
    return this.querySelector<HTMLElement>(".drop__list")!;
  }

  async #take(files: File[]): Promise<void> {
    const address = this.getAttribute("upload");
    const room = Number(this.getAttribute("max-files") ?? 6) - (address ? this.#list.childElementCount : 0);
    if (files.length > room) say(this.dataset["many"] ?? "", "waiting");
    const taken = await Promise.all(files.slice(0, Math.max(0, room)).map(smaller));
    if (address) {
      this.#input.value = "";
      await Promise.all(taken.map((file) => this.#send(file, address)));
    } else {
      this.#keep(taken);
    }
  }

  #keep(files: File[]): void {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    this.#input.files = transfer.files;
    this.#list.replaceChildren(...files.map((file) => this.#show(file, "done")));
  }

  #show(file: File, state: "sending" | "done"): HTMLElement {
    const item = document.createElement("div");
    item.className = "drop__file";
    item.dataset["state"] = state;
    if (file.type.startsWith("image/")) {
      const picture = document.createElement("img");
      picture.src = URL.createObjectURL(file);
      picture.alt = file.name;
      picture.onload = () => URL.revokeObjectURL(picture.src);
      item.append(picture);
    }
    const words = document.createElement("span");
    words.className = "truncate";
    words.textContent = file.name;
    item.append(words);
    return item;
  }

  async #send(file: File, address: string): Promise<void> {
    const item = this.#show(file, "sending");
    const progress = document.createElement("progress");
    progress.max = 1;
    progress.value = 0;
    item.append(progress, this.#remover(item));
    this.#list.append(item);
    try {
      const id = await send(file, address, (part) => (progress.value = part));
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name: this.getAttribute("name") ?? "file", value: id });
      item.append(hidden);
      item.dataset["state"] = "done";
    } catch {
      item.dataset["state"] = "failed";
      item.querySelector("span")!.textContent = this.dataset["failed"] ?? "";
    }
  }

  #remover(item: HTMLElement): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", this.dataset["remove"] ?? "");
    button.addEventListener("click", () => item.remove());
    return button;
  }
}

/** Sends one file as multipart `file`; resolves to the id the server gave it. XHR, because fetch tells no progress. */
function send(file: File, address: string, progress: (part: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file);
    request.open("POST", address);
    request.responseType = "json";
    request.setRequestHeader("X-CSRF-Token", csrfToken());
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => {
      const id = (request.response as { id?: string } | null)?.id;
      if (request.status < 300 && id) resolve(id);
      else reject(new Error(String(request.status)));
    };
    request.onerror = () => reject(new Error("network"));
    request.send(body);
  });
}

customElements.define("file-drop", FileDrop);
