// The frame of every mail, as text and as HTML, made from the same blocks. No image, no style sheet,
// nothing that loads or tracks; the only link is the one that the mail is about.

import { nameDevice } from "../../http/device.ts";
import type { Language } from "../language.ts";
import type { MailContent } from "../mail.ts";
import type { MailOrigin } from "./mail-facts.ts";

/** Escapes text for HTML, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** A paragraph, a code to type, a link, or a list of named values. */
export type Block =
  | string
  | { readonly code: string }
  | { readonly link: string; readonly label: string }
  | { readonly list: readonly (readonly [name: string, value: string])[] };

/** What a mail says, in one language. */
export interface MailText {
  readonly subject: string;
  readonly blocks: readonly Block[];
}

/** How a language names a place in time and network. */
export interface OriginWords {
  readonly device: string;
  readonly address: string;
  readonly time: string;
  readonly unknown: string;
}

/**
 * Tells where and when. Everything in it is a time, an address, or a word of ours: the raw user
 * agent is a stranger's own text and stays out.
 */
export function describeOrigin(origin: MailOrigin, words: OriginWords): Block {
  return {
    list: [
      [words.device, nameDevice(origin.userAgent) ?? words.unknown],
      [words.address, origin.address ?? words.unknown],
      [words.time, formatTime(origin.now)],
    ],
  };
}

/** Formats milliseconds as `2026-01-02 03:04:05 UTC`. */
export function formatTime(at: number): string {
  return new Date(at).toISOString().replace("T", " ").replace(/\..*/, " UTC");
}

/** Who sends a mail, and in which language. */
export interface MailFrame {
  readonly language: Language;
  readonly productName: string;
  readonly issuer: string;
}

/** Renders a mail as text and as HTML. */
export function renderMail(mail: MailText, frame: MailFrame): MailContent {
  const subject = oneLine(mail.subject);
  const sender = [oneLine(frame.productName), frame.issuer];
  const text = [...mail.blocks.map(textOf), ["-- ", ...sender].join("\n")].join("\n\n");
  const html = [
    `<!doctype html><html lang="${frame.language}"><head><meta charset="utf-8">`,
    `<title>${escapeHtml(subject)}</title></head>`,
    `<body style="font-family:sans-serif;max-width:36em;line-height:1.5">`,
    ...mail.blocks.map(htmlOf),
    `<p style="color:#666">${sender.map(escapeHtml).join("<br>")}</p></body></html>`,
  ].join("\n");
  return { subject, text: `${text}\n`, html };
}

// A line break in a subject would begin a header of its own.
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function textOf(block: Block): string {
  if (typeof block === "string") return oneLine(block);
  if ("code" in block) return `  ${block.code}`;
  if ("link" in block) return `${block.label}:\n${block.link}`;
  return block.list.map(([name, value]) => `  ${name}: ${oneLine(value)}`).join("\n");
}

function htmlOf(block: Block): string {
  if (typeof block === "string") return `<p>${escapeHtml(block)}</p>`;
  if ("code" in block) {
    return `<p style="font-size:1.75em;letter-spacing:.15em"><strong>${escapeHtml(block.code)}</strong></p>`;
  }
  if ("link" in block) {
    const url = escapeHtml(block.link);
    return `<p><a href="${url}">${escapeHtml(block.label)}</a><br><small>${url}</small></p>`;
  }
  const rows = block.list.map(
    ([name, value]) =>
      `<tr><td style="padding-right:1em">${escapeHtml(name)}</td>` +
      `<td>${escapeHtml(oneLine(value))}</td></tr>`,
  );
  return `<table>${rows.join("")}</table>`;
}
