// Where this page is: the path that the issuer is mounted at, and the nonce of its styles, both
// written into the page by the server.

/** The path of the issuer, "" for none. */
export const base: string = (() => {
  const content = document.querySelector<HTMLMetaElement>('meta[name="latchkey-base"]')?.content;
  // Not filled in: the development server of the console.
  return content === undefined || content.includes("%") ? "" : content;
})();

/** The nonce that style elements of this page need; browsers hide the attribute from scripts. */
export const styleNonce: string =
  document.querySelector<HTMLMetaElement>('meta[name="latchkey-style-nonce"]')?.nonce ?? "";
