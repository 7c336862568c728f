// Signs in with a passkey: asks the server for the options and the browser for the assertion, puts it
// into the form that it belongs to, and sends the form. Without this script the form stays hidden and
// the pages offer the other ways. WebAuthn level 3, section 5.1.4.

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
