// The secret of a join link is in the fragment, which no server is ever sent by opening the page.
// Here it moves into the form, and out of the address bar and the history.

const field = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-secret]"));
const secret = decodeURIComponent(location.hash.slice(1));

if (field && secret) {
  field.value = secret;
  document.querySelector("[data-secret-field]")?.setAttribute("hidden", "");
  // Another language loads the page anew: the browser carries the fragment over the redirect.
  const languages = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-languages]"));
  if (languages) languages.action += `#${encodeURIComponent(secret)}`;
  history.replaceState(null, "", location.pathname);
}

export {};
