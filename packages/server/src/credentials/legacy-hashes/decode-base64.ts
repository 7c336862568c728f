// Base64 as password hashes write it: padded or not. Strict otherwise: a text that decodes to other
// bytes than it was made of is malformed, and is told at the import instead of at a sign-in.

/** Decodes; undefined when it is not exactly what those bytes are written as. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  const padded = bytes.toString("base64");
  return text === padded || text === padded.replace(/=+$/, "") ? bytes : undefined;
}
