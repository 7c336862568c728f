// Reads and checks what a request carries before a rule sees it.

import express, { type Request, type RequestHandler } from "express";
import { z } from "zod";
import { ClinicRefusal } from "./problem.ts";

/** Bytes of a request body, at most. */
const BODY_LIMIT = 16 * 1024;

/** Reads a JSON body. Stands after the guard in a route: strangers' bodies are not parsed. */
export const readBody: RequestHandler = express.json({ limit: BODY_LIMIT, inflate: false });

/** A subject or an appointment's id: 22 characters of base64url. */
export const identifier = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

/** Parses a JSON body. Throws a refusal that names the first wrong member, never its value. */
export function parseBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): z.output<Schema> {
  if (request.is("application/json") === false) {
    throw new ClinicRefusal("unsupported_media_type", "Send `Content-Type: application/json`.");
  }
  return parse(schema, request.body);
}

/** Parses the query string. Throws a refusal that names the first wrong parameter. */
export function parseQuery<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): z.output<Schema> {
  return parse(schema, request.query);
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join(".") ?? "";
  throw new ClinicRefusal("invalid_request", `${where === "" ? "body" : where}: ${issue?.message}`);
}
