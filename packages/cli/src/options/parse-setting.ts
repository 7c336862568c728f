// Reads one value of a setting, wherever it comes from: text of a flag or variable, or a value of
// the configuration file. Apart from the precedence because each kind has its own refusals.

import { parseDuration } from "@latchkey/jose";
import type { SettingKind } from "./settings.ts";

/** Characters of any one value; a longer one is a mistake, not a setting. */
export const MAX_SETTING_LENGTH = 4096;

/** Thrown with what a value must be; the caller adds where it came from. */
export class SettingValueError extends Error {}

/**
 * Reads a value.
 *
 * @returns text, a number (durations in seconds), a boolean, or a list of texts
 * @throws SettingValueError
 */
export function parseSetting(kind: SettingKind, value: unknown): unknown {
  switch (kind.type) {
    case "integer":
      return parseInteger(value, kind.from, kind.to);
    case "boolean":
      return parseBoolean(value);
    case "list":
      return parseList(value);
    case "duration":
      return parsePositiveDuration(value);
    case "choice":
      return parseChoice(value, kind.of);
    case "url":
      return parseUrl(value);
    default:
      return parseText(value);
  }
}

function parseText(value: unknown): string {
  if (typeof value !== "string" || value.trim() === "") {
    throw new SettingValueError("must be a text that is not empty");
  }
  if (value.length > MAX_SETTING_LENGTH || value.includes("\0")) {
    throw new SettingValueError(`must be at most ${MAX_SETTING_LENGTH} characters`);
  }
  return value;
}

function parseInteger(value: unknown, from: number, to: number): number {
  const number = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number) || number < from || number > to) {
    throw new SettingValueError(`must be a whole number from ${from} to ${to}`);
  }
  return number;
}

function parseBoolean(value: unknown): boolean {
  if (value === true || value === "true" || value === "1") return true;
  if (value === false || value === "false" || value === "0") return false;
  throw new SettingValueError("must be true or false");
}

// A list in one text is separated by commas: that is how an environment variable carries it.
function parseList(value: unknown): readonly string[] {
  const items = typeof value === "string" ? value.split(",").map((item) => item.trim()) : value;
  if (!Array.isArray(items) || items.length === 0) {
    throw new SettingValueError("must be a list of texts, or one text separated by commas");
  }
  return items.map((item) => parseText(item));
}

function parsePositiveDuration(value: unknown): number {
  let seconds = 0;
  try {
    // Digits alone in a flag or a variable are refused: seconds or minutes is a guess.
    seconds = parseDuration(value as string | number);
  } catch {
    throw new SettingValueError('must be a duration such as "15m", "12h" or "30d"');
  }
  if (!Number.isInteger(seconds) || seconds < 1) {
    throw new SettingValueError("must be whole seconds, at least one");
  }
  return seconds;
}

function parseChoice(value: unknown, choices: readonly string[]): string {
  if (typeof value !== "string" || !choices.includes(value)) {
    throw new SettingValueError(`must be one of ${choices.join(", ")}`);
  }
  return value;
}

function parseUrl(value: unknown): string {
  const text = parseText(value);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new SettingValueError("must be an https or http URL");
  }
  return text;
}
