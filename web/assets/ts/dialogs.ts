/**
 * `<a data-dialog="id" href="…">` and `<button data-dialog="id">` open that `<dialog>`; without JavaScript the link
 * goes to the page that asks the same question. `data-close` inside closes it, and so does a click on the backdrop.
 */
export function dialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset["dialog"] ?? "");
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
    } else if (target.closest("dialog [data-close]") || target instanceof HTMLDialogElement) {
      target.closest("dialog")?.close();
    }
  });
}
