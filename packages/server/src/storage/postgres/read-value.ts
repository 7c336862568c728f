// From PostgreSQL's text format to the values that the embedded store gives: integers and flags are
// numbers, bytes are bytes. https://www.postgresql.org/docs/current/catalog-pg-type.html

import { DatabaseError } from "../database.ts";

/** Reads a column's text. */
export type ValueReader = (text: string) => unknown;

// Object identifiers of built-in types: constants of PostgreSQL's catalogue.
const BOOL = 16;
const BYTEA = 17;
const INT8 = 20;
const INT2 = 21;
const INT4 = 23;
const FLOAT4 = 700;
const FLOAT8 = 701;
const NUMERIC = 1700;

/** The reader for a column of a type. What is no number and no bytes stays text. */
export function valueReader(typeId: number): ValueReader {
  switch (typeId) {
    case BOOL:
      return readFlag;
    case BYTEA:
      return readBytes;
    case INT2:
    case INT4:
    case INT8:
    case NUMERIC:
      return readNumber;
    case FLOAT4:
    case FLOAT8:
      return Number;
    default:
      return readText;
  }
}

function readText(text: string): string {
  return text;
}

function readFlag(text: string): number {
  return text === "t" ? 1 : 0;
}

// `bytea_output = hex`, the default since PostgreSQL 9.0.
function readBytes(text: string): Uint8Array {
  if (!text.startsWith("\\x")) {
    throw new DatabaseError("database_unavailable", "the database's bytea_output is not hex");
  }
  return new Uint8Array(Buffer.from(text.slice(2), "hex"));
}

function readNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new DatabaseError(
      "database_unavailable",
      "an integer is larger than JavaScript can hold",
    );
  }
  return value;
}
