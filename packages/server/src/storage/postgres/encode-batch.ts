// A batch as the server reads it: the messages of the extended query protocol, in one piece, so that it
// is one write to the socket. Apart from batch.ts, which reads what comes back.
// https://www.postgresql.org/docs/current/protocol-message-formats.html

import type { BoundValue } from "./bind-values.ts";

/** A statement and how it is sent. */
export interface EncodedStatement {
  /** Its name; empty for none. */
  readonly name: string;
  /** Its text, when the server has to prepare it first. */
  readonly text: string | undefined;
  /** The types of the values, as object identifiers. */
  readonly types: readonly number[];
  readonly values: readonly BoundValue[];
  readonly returnsRows: boolean;
}

const PARSE = 0x50; // P
const BIND = 0x42; // B
const DESCRIBE_PORTAL = Buffer.from([0x44, 0, 0, 0, 6, 0x50, 0]);
const EXECUTE_ALL = Buffer.from([0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0]);
const SYNC = Buffer.from([0x53, 0, 0, 0, 4]);

/** A message's letter and its length. */
const HEADER = 5;

/** Bytes behind each Bind, at most. */
const FIXED = DESCRIBE_PORTAL.length + EXECUTE_ALL.length;

const TEXT_FORMAT = 0;
const BINARY_FORMAT = 1;
const NULL_LENGTH = -1;

/** Bytes of a UTF-16 unit in UTF-8, at most. */
const UTF8_BYTES = 3;

/** Encodes statements and the Sync behind the last. */
export function encodeBatch(statements: readonly EncodedStatement[]): Buffer {
  let most = SYNC.length;
  for (const statement of statements) most += mostBytes(statement);
  const bytes = Buffer.allocUnsafe(most);
  let at = 0;
  for (const statement of statements) {
    if (statement.text !== undefined) at = writeParse(bytes, at, statement, statement.text);
    at = writeBind(bytes, at, statement);
    if (statement.returnsRows) at = writeBytes(bytes, at, DESCRIBE_PORTAL);
    at = writeBytes(bytes, at, EXECUTE_ALL);
  }
  return bytes.subarray(0, writeBytes(bytes, at, SYNC));
}

// Names are ASCII.
function mostBytes({ name, text, types, values }: EncodedStatement): number {
  const parse =
    text === undefined ? 0 : 9 + name.length + UTF8_BYTES * text.length + 4 * types.length;
  let most = parse + 13 + name.length + 6 * values.length + FIXED;
  for (const value of values) {
    if (value !== null)
      most += typeof value === "string" ? UTF8_BYTES * value.length : value.length;
  }
  return most;
}

function writeParse(
  bytes: Buffer,
  start: number,
  { name, types }: EncodedStatement,
  text: string,
): number {
  bytes[start] = PARSE;
  let at = writeText(bytes, start + HEADER, name);
  at = writeText(bytes, at, text);
  at = bytes.writeUInt16BE(types.length, at);
  for (const type of types) at = bytes.writeInt32BE(type, at);
  return endMessage(bytes, start, at);
}

function writeBind(bytes: Buffer, start: number, { name, values }: EncodedStatement): number {
  bytes[start] = BIND;
  // The portal has no name.
  let at = writeText(bytes, start + HEADER, "");
  at = writeText(bytes, at, name);
  at = bytes.writeUInt16BE(values.length, at);
  for (const value of values) {
    const isText = value === null || typeof value === "string";
    at = bytes.writeUInt16BE(isText ? TEXT_FORMAT : BINARY_FORMAT, at);
  }
  at = bytes.writeUInt16BE(values.length, at);
  for (const value of values) at = writeValue(bytes, at, value);
  // No formats of results: all of them are text.
  return endMessage(bytes, start, bytes.writeUInt16BE(0, at));
}

// The length counts itself and what follows, and not the byte that names the message.
function endMessage(bytes: Buffer, start: number, end: number): number {
  bytes.writeInt32BE(end - start - 1, start + 1);
  return end;
}

function writeValue(bytes: Buffer, start: number, value: BoundValue): number {
  if (value === null) return bytes.writeInt32BE(NULL_LENGTH, start);
  const content = start + 4;
  const end =
    typeof value === "string"
      ? content + bytes.write(value, content)
      : writeBytes(bytes, content, value);
  bytes.writeInt32BE(end - content, start);
  return end;
}

function writeText(bytes: Buffer, start: number, text: string): number {
  const end = text === "" ? start : start + bytes.write(text, start);
  return bytes.writeUInt8(0, end);
}

function writeBytes(bytes: Buffer, start: number, piece: Buffer): number {
  bytes.set(piece, start);
  return start + piece.length;
}
