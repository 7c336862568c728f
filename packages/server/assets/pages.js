// What the pages can do with JavaScript and do without it as well: show a typed password, send a form
// once however often its button is pressed, and sign in with a passkey. What needs this script is
// hidden until it runs.

// A password can be looked at while it is typed. NIST SP 800-63B-4 section 3.1.1.2.
for (const button of document.querySelectorAll("button[data-reveal]")) {
  const input = document.getElementById(button.getAttribute("aria-controls") ?? "");
  if (!(button instanceof HTMLButtonElement) || !(input instanceof HTMLInputElement)) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const isShown = input.type === "password";
    input.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
  });
  // Browsers keep what was typed as text, and never a password.
  input.form?.addEventListener("submit", () => {
    input.type = "password";
    button.setAttribute("aria-pressed", "false");
  });
}

// A code is spent by the first press: the second would be told that it is used.
const sent = new Set();
addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (sent.has(event.target)) event.preventDefault();
  else sent.add(event.target);
});
// Back at this page, the form can be sent again.
addEventListener("pageshow", () => sent.clear());

// A passkey: the server's options, the browser's assertion, and the form that it belongs to.
// WebAuthn level 3, section 5.1.4.

/** @param {string} text base64url */
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

/** @param {ArrayBuffer | null} buffer */
const toText = (buffer) =>
  buffer === null
    ? undefined
    : btoa(String.fromCharCode(...new Uint8Array(buffer)))
        .replaceAll("+", "-")
        .replaceAll("/", "_")
        .replaceAll("=", "");

/** @param {string} url @param {object} body */
async function ask(url, body) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

/** @param {HTMLElement} block @param {HTMLFormElement} form */
async function fill(block, form) {
  const token = form.elements.namedItem("mfa_token");
  const body = token instanceof HTMLInputElement ? { mfa_token: token.value } : {};
  const { ceremony, options } = await ask(block.dataset.passkey ?? "", body);
  const credential = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      allowCredentials: (options.allowCredentials ?? []).map((/** @type {any} */ allowed) => ({
        ...allowed,
        id: toBytes(allowed.id),
      })),
    },
  });
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey");
  const answer = credential.response;
  if (!(answer instanceof AuthenticatorAssertionResponse)) throw new Error("no assertion");
  const values = {
    ceremony,
    credential: JSON.stringify({
      id: credential.id,
      rawId: credential.id,
      type: credential.type,
      response: {
        clientDataJSON: toText(answer.clientDataJSON),
        authenticatorData: toText(answer.authenticatorData),
        signature: toText(answer.signature),
        userHandle: toText(answer.userHandle),
      },
    }),
  };
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
  }
  const remember = document.querySelector("input[type=checkbox][name=remember]");
  const copy = form.elements.namedItem("remember");
  if (copy instanceof HTMLInputElement && remember instanceof HTMLInputElement) {
    copy.disabled = !remember.checked;
  }
}

if (typeof PublicKeyCredential === "function") {
  for (const block of document.querySelectorAll("[data-passkey]")) {
    const form = block.querySelector("form");
    const status = block.querySelector("[data-failed]");
    const button = block.querySelector("button");
    if (!(block instanceof HTMLElement) || form === null || button === null) continue;
    block.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      button.disabled = true;
      if (status !== null) status.textContent = "";
      fill(block, form).then(
        () => form.submit(),
        () => {
          if (status instanceof HTMLElement) status.textContent = status.dataset.failed ?? "";
          button.disabled = false;
        },
      );
    });
  }
}
