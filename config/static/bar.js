// The bar over every page: "/" goes to the search field, or to the search page where the bar has no room for one.

const TYPING = "input, textarea, select, [contenteditable]";

/** Whether a key is meant for the search: alone, and while nobody types.
 * @param {KeyboardEvent} event */
export function asks(event) {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return false;
  return !(event.target instanceof Element && event.target.closest(TYPING));
}

/** @param {KeyboardEvent} event */
function go(event) {
  if (!asks(event)) return;
  const field = /** @type {HTMLElement | undefined} */ (
    [...document.querySelectorAll("input[type=search]")].find((each) => each.checkVisibility())
  );
  const link = /** @type {HTMLElement | null} */ (document.querySelector(".vv-find-link"));
  if (!field && !link) return;
  event.preventDefault();
  if (field) field.focus();
  else link?.click();
}

if (typeof document !== "undefined") document.addEventListener("keydown", go);
