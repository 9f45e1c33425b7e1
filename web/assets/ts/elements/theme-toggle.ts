/**
 * <theme-toggle> around the server's preference form: changes the theme at once and saves it in the background.
 * Without JavaScript the same buttons submit the form.
 */
class ThemeToggle extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("submit", (event) => {
      const form = event.target as HTMLFormElement;
      const button = event.submitter as HTMLButtonElement | null;
      if (!button || button.name !== "theme") return;
      event.preventDefault();
      this.#show(button.value);
      const body = new URLSearchParams([...new FormData(form, button)].map(([name, value]) => [name, String(value)]));
      void fetch(form.action, { method: "POST", body, redirect: "manual" });
    });
  }

  #show(theme: string): void {
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    for (const button of this.querySelectorAll<HTMLButtonElement>("button[name=theme]")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
  }
}

customElements.define("theme-toggle", ThemeToggle);

export {};
