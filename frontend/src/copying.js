// A button that copies the value of a field: `data-copy` names the field, `data-copied` is said afterwards.
export function listenForCopies() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // a page without TLS has no clipboard
    }
    button.textContent = button.dataset.copied;
  });
}
