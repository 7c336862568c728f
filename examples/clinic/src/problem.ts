// The one place where errors become answers: RFC 9457 problem documents with a stable code, and
// never a stack trace. Apart from the routes, which only throw.

import type { ErrorRequestHandler, RequestHandler, Response } from "express";

/** What the clinic refuses, with the status of each. The guard answers 401 and 403 of its own. */
const statusOf = {
  invalid_json: 400,
  invalid_request: 400,
  permission_denied: 403,
  not_found: 404,
  slot_taken: 409,
  appointment_over: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  internal: 500,
} as const;

/** Code of a refusal by the clinic. */
export type ClinicCode = keyof typeof statusOf;

/** A refusal. The message is public. */
export class ClinicRefusal extends Error {
  override readonly name = "ClinicRefusal";
  readonly code: ClinicCode;

  constructor(code: ClinicCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** Answers whatever no route took. */
export const answerNotFound: RequestHandler = (_request, response) => {
  answerProblem(response, new ClinicRefusal("not_found", "No such route."));
};

/** Turns what a route threw into a problem document; unknown errors go to `report`. */
export function createErrorHandler(report: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const refusal = error instanceof ClinicRefusal ? error : bodyRefusal(error);
    if (refusal === null) report(error);
    answerProblem(response, refusal ?? new ClinicRefusal("internal", "The clinic failed."));
  };
}

function answerProblem(response: Response, refusal: ClinicRefusal): void {
  const status = statusOf[refusal.code];
  response
    .status(status)
    .type("application/problem+json")
    .send({
      type: `urn:clinic:error:${refusal.code}`,
      title: refusal.code.replaceAll("_", " "),
      status,
      code: refusal.code,
      detail: refusal.message,
    });
}

// The body parser's errors carry a `type`; its messages quote the body, so they are not passed on.
function bodyRefusal(error: unknown): ClinicRefusal | null {
  if (!(error instanceof Error) || !("type" in error)) return null;
  switch (error.type) {
    case "entity.parse.failed":
      return new ClinicRefusal("invalid_json", "The body is not valid JSON.");
    case "entity.too.large":
      return new ClinicRefusal("body_too_large", "The body is over the limit.");
    case "encoding.unsupported":
    case "charset.unsupported":
      return new ClinicRefusal("unsupported_media_type", "Send plain JSON in UTF-8.");
    case "request.aborted":
    case "request.size.invalid":
      return new ClinicRefusal("invalid_request", "The body did not arrive whole.");
    default:
      return null;
  }
}
