import { say, words } from "../notices";

/** <copy-button value="…"><button>…</button></copy-button>: copies, and says so. Hidden without JavaScript. */
class CopyButton extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", () => void this.#copy());
  }

  async #copy(): Promise<void> {
    await navigator.clipboard.writeText(this.getAttribute("value") ?? "");
    this.setAttribute("data-done", "");
    say(words("copied"), "positive", 3);
    window.setTimeout(() => this.removeAttribute("data-done"), 2000);
  }
}

customElements.define("copy-button", CopyButton);
