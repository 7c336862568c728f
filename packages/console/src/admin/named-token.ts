// How a token is named to the server when it is taken back: by itself where it was pasted whole, else
// by its id. Apart from the page, as a pure function.

/** The body of `POST /auth/admin/tokens/revoke`. */
export type NamedToken = { readonly token: string } | { readonly jti: string };

/** Tells a pasted token, with or without `Bearer`, from a token's id. */
export function nameToken(pasted: string): NamedToken {
  const text = pasted.trim().replace(/^Bearer\s+/i, "");
  // An id is base64url, which has no dot; a token has two.
  return text.includes(".") ? { token: text } : { jti: text };
}
