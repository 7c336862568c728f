// The frame of every mail, as text and as HTML, made from the same paragraphs. No image, no link to
// click, no style sheet: nothing that tracks, and nothing that teaches people to follow links.

/** Escapes text for HTML, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** A paragraph, or a list of named values. */
export type Block = string | readonly (readonly [name: string, value: string])[];

/** What a mail says. */
export interface MailDocument {
  readonly subject: string;
  readonly blocks: readonly Block[];
  /** Who sends it: the issuer. */
  readonly sender: string;
}

/** Renders a mail as text and as HTML. */
export function renderMail(document: MailDocument): {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
} {
  const { blocks, sender } = document;
  const subject = oneLine(document.subject);
  const text = [...blocks.map(textOf), `-- \n${sender}`].join("\n\n");
  const html = [
    `<!doctype html><html lang="en"><head><meta charset="utf-8">`,
    `<title>${escapeHtml(subject)}</title></head>`,
    `<body style="font-family:sans-serif;max-width:36em;line-height:1.5">`,
    ...blocks.map(htmlOf),
    `<p style="color:#666">${escapeHtml(sender)}</p></body></html>`,
  ].join("\n");
  return { subject, text: `${text}\n`, html };
}

// A line break in a subject would begin a header of its own.
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function textOf(block: Block): string {
  if (typeof block === "string") return block;
  return block.map(([name, value]) => `  ${name}: ${oneLine(value)}`).join("\n");
}

function htmlOf(block: Block): string {
  if (typeof block === "string") return `<p>${escapeHtml(block)}</p>`;
  const rows = block.map(
    ([name, value]) =>
      `<tr><td style="padding-right:1em">${escapeHtml(name)}</td>` +
      `<td>${escapeHtml(oneLine(value))}</td></tr>`,
  );
  return `<table>${rows.join("")}</table>`;
}
