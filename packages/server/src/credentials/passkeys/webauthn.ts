// The library that makes and checks what WebAuthn says, loaded with the first ceremony: with what it
// stands on it is a quarter of all modules, and a server starts without a passkey.

import type * as WebAuthn from "@simplewebauthn/server";

/** Loads the library. @throws as a missing or broken package does */
export function loadWebAuthn(): Promise<typeof WebAuthn> {
  return import("@simplewebauthn/server");
}
