// Problem documents: RFC 9457. The body of every refusal that is not an OAuth endpoint's.

import { type ErrorCode, type ErrorEntry, errorRegistry } from "./error-registry.ts";

/** Media type of a problem document. */
export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** One invalid member of a request body. `path` is dotted, e.g. `items.0.name`. */
export interface InvalidMember {
  readonly path: string;
  readonly message: string;
}

/** A problem document; `code` is stable, `title` and `detail` are for people. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly errors?: readonly InvalidMember[];
}

/** Makes the problem document of a registered code. */
export function createProblem(
  code: ErrorCode,
  extra: { readonly detail?: string; readonly errors?: readonly InvalidMember[] } = {},
): Problem {
  const entry: ErrorEntry = errorRegistry[code];
  return {
    type: `urn:latchkey:error:${code}`,
    title: entry.title,
    status: entry.status,
    code,
    detail: extra.detail ?? entry.remedy,
    ...(extra.errors === undefined ? {} : { errors: extra.errors }),
  };
}
