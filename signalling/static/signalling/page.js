// Small things that the page scripts share: show one of several sentences, count down, keys, a level.

/** Of the elements with `data-when` in a scope show those of one state. A nested scope of another kind is left alone.
 * @param {Element | null} scope @param {string} state @param {string} [except] selector of nested scopes */
export function show(scope, state, except = "") {
  for (const each of scope?.querySelectorAll("[data-when]") ?? []) {
    if (except && each.closest(except)) continue;
    each.toggleAttribute("hidden", each.getAttribute("data-when") !== state);
  }
}

/** @param {string} selector @returns {HTMLElement[]} */
export function all(selector) {
  return [...document.querySelectorAll(selector)].filter((each) => each instanceof HTMLElement);
}

/** Write the seconds left into an element until they are over.
 * @param {Element | null} element @param {number} milliseconds @returns {() => void} stops it */
export function countDown(element, milliseconds) {
  const end = Date.now() + milliseconds;
  const write = () => {
    if (element) element.textContent = String(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
  };
  write();
  const timer = setInterval(write, 1000);
  return () => clearInterval(timer);
}

const FIELDS = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";
const CONFIRM_MS = 3000;

/** A single key presses the control with that `data-key`, never while somebody types; one with `data-confirm-key`
 * wants it twice. */
export function keys() {
  let last = { key: "", at: 0 };
  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (target instanceof Element && target.closest(FIELDS)) return;
    const key = event.key.toLowerCase();
    const control = all("[data-key]").find((each) => each.dataset.key === key);
    if (!control) return;
    const again = last.key === key && Date.now() - last.at < CONFIRM_MS;
    last = { key: again ? "" : key, at: Date.now() };
    if (again || !control.hasAttribute("data-confirm-key")) control.click();
    else control.focus();
  });
}

const HEARD = 0.02;
const TALLEST = 24;

/** Draw a level into the bars of every meter, and say once that the microphone works.
 * @param {number} level 0 to 1 of full scale */
export function meter(level) {
  const loud = Math.min(1, Math.sqrt(level) * 1.6);
  for (const drawing of document.querySelectorAll("[data-meter]")) {
    drawing.querySelectorAll("[data-bar]").forEach((bar, index, bars) => {
      const middle = 1 - Math.abs(index - (bars.length - 1) / 2) / bars.length;
      const height = Math.max(4, loud * middle * TALLEST);
      bar.setAttribute("height", height.toFixed(1));
      bar.setAttribute("y", ((28 - height) / 2).toFixed(1));
    });
  }
  if (level > HEARD) for (const each of all("[data-mic-works]")) each.hidden = false;
}
