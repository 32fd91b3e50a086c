// The file is read and digested here and goes nowhere.

const file = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-file]"));
const digest = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-digest]"));

/** @param {Blob} blob SHA-256 of its bytes, in hex. */
async function sha256(blob) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Only a secure context has the digest; elsewhere it is typed.
if (file && digest && crypto.subtle) {
  document.querySelector("[data-file-field]")?.removeAttribute("hidden");
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    digest.value = await sha256(chosen);
    digest.form?.requestSubmit();
  });
}

export {};
