// DELETE /auth/me and POST /auth/deletion/cancel.

import { z } from "@hono/zod-openapi";
import type { LimitedAction } from "../../guessing/limits.ts";
import {
  type App,
  bearer,
  createRoutes,
  defineRoute,
  jsonAnswer,
  jsonBody,
  optionalJsonBody,
  problems,
} from "../../http/app.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Authenticate } from "../../tokens/authenticate.ts";
import { readSubject } from "../../tokens/subject.ts";
import { callerOf } from "../caller.ts";
import { passwordSchema } from "../identity.ts";
import type { CurrentPasswordContext } from "../password/check-current-password.ts";
import { requireProof } from "../require-proof.ts";
import { askDeletion, type DeletionContext } from "./ask-deletion.ts";
import { cancelDeletion } from "./cancel-deletion.ts";

/** Which limit counts links of mails. */
const LINK_LIMIT: LimitedAction = "mailedCode";

/** Characters of a token in a request. */
const MAX_TOKEN_LENGTH = 128;

/** What the routes need. */
export interface DeletionRoutesContext extends DeletionContext, CurrentPasswordContext {
  readonly authenticate: Authenticate;
}

const tags = ["account"];

/** The routes of the end of an account. */
export function deletionRoutes(context: DeletionRoutesContext): App {
  const routes = createRoutes();
  const { database, authenticate, guessing } = context;

  routes.openapi(
    defineRoute({
      method: "delete",
      path: "/auth/me",
      summary: "Ask for the deletion of one's own account",
      description:
        "The account is shut at once and all sessions end. It is deleted at `delete_at`; until " +
        "then the link of a mail to its address brings it back. Asks for the current password, or " +
        "a sign-in or step-up at most ten minutes old.",
      tags,
      security: bearer,
      request: {
        body: optionalJsonBody(z.strictObject({ current_password: passwordSchema.optional() })),
      },
      responses: {
        202: jsonAnswer(z.object({ delete_at: z.iso.datetime() }), "Accepted"),
        ...problems(409, 429),
      },
    }),
    async (c) => {
      const principal = await authenticate(c.req.raw, c.get("now"));
      const subject = await readSubject(database, { id: principal.subject });
      if (subject === undefined) throw new Refusal("invalid_token");
      const caller = callerOf(c);
      const { current_password: currentPassword } = c.req.valid("json");
      await requireProof(context, { principal, subject, currentPassword }, caller);
      const deleteAt = await askDeletion(context, { ...caller, actorId: subject.id });
      return c.json({ delete_at: new Date(deleteAt).toISOString() }, 202);
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/deletion/cancel",
      summary: "Keep an account that is about to be deleted, with the token of the mailed link",
      tags,
      request: {
        body: jsonBody(z.strictObject({ token: z.string().min(1).max(MAX_TOKEN_LENGTH) })),
      },
      responses: { 200: jsonAnswer(z.object({}), "The account works again"), ...problems(429) },
    }),
    async (c) => {
      const { acceptLanguage: _, ...from } = callerOf(c);
      // Of no name: a token of 256 bits names nobody.
      const counted = await guessing.count(LINK_LIMIT, { ...from, name: "" });
      await cancelDeletion(database, c.req.valid("json").token, from);
      await counted.pass();
      return c.json({});
    },
  );

  return routes;
}
