// The routes of one's own factors: /auth/me/factors, totp, recovery codes. Passkeys have a file of
// their own. What adds or removes one asks for a recent proof (P12).

import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { PasskeyContext } from "../../credentials/passkeys/register-passkey.ts";
import { readPasskeys } from "../../credentials/passkeys/stored-passkeys.ts";
import { countRecoveryCodes } from "../../credentials/recovery-codes/stored-recovery-codes.ts";
import type { Guessing } from "../../guessing/guessing.ts";
import {
  type App,
  type AppEnv,
  bearer,
  createRoutes,
  defineRoute,
  jsonAnswer,
  jsonBody,
  problems,
} from "../../http/app.ts";
import { Refusal } from "../../http/refusal.ts";
import { requireRecentSignIn } from "../../sign-in/recent-sign-in.ts";
import { enrolmentSchema, totpSchema } from "../../sign-in/routes.ts";
import { type Authenticate, requireCurrent } from "../../tokens/authenticate.ts";
import { readSubject } from "../../tokens/subject.ts";
import { type Caller, callerOf } from "../caller.ts";
import { beginTotp, confirmTotp, removeTotp, renewRecoveryCodes } from "./change-factors.ts";
import { passkeyAnswer, passkeySchema } from "./passkey-answer.ts";
import type { ChangeFactorsContext, FactorOwner } from "./write-factor-change.ts";

/** What the routes need. */
export interface FactorRoutesContext extends ChangeFactorsContext, PasskeyContext {
  readonly authenticate: Authenticate;
  readonly guessing: Guessing;
}

const tags = ["account"];

/** What a change of factors answers. */
export const changedSchema = z.object({
  access_token: z.string(),
  token_type: z.literal("Bearer"),
  expires_in: z.int().openapi({ description: "Seconds" }),
  recovery_codes: z
    .array(z.string())
    .optional()
    .openapi({ description: "With the first factor; shown once" }),
});

const factorsSchema = z
  .object({
    totp: z.object({ confirmed_at: z.iso.datetime() }).nullable(),
    passkeys: z.array(passkeySchema),
    recovery_codes: z.object({ left: z.int() }),
    password: z.boolean(),
  })
  .openapi("Factors");

/** Answers with secrets or tokens are kept nowhere. */
export const NO_STORE: { readonly "Cache-Control": string } = { "Cache-Control": "no-store" };

/** The routes of one's own factors. */
export function factorRoutes(context: FactorRoutesContext): App {
  const routes = createRoutes();
  const { database } = context;

  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/me/factors",
      summary: "One's own factors",
      tags,
      security: bearer,
      responses: { 200: jsonAnswer(factorsSchema, "The factors") },
    }),
    async (c) => {
      const { subject: id } = await context.authenticate(c.req.raw, c.get("now"));
      const [subject, passkeys, left, totp] = await Promise.all([
        readSubject(database, { id }),
        readPasskeys(database, id),
        countRecoveryCodes(database, id),
        readConfirmation(context, id),
      ]);
      if (subject === undefined) throw new Refusal("invalid_token");
      return c.json(
        {
          totp: totp === null ? null : { confirmed_at: new Date(totp).toISOString() },
          passkeys: passkeys.map(passkeyAnswer),
          recovery_codes: { left },
          password: subject.passwordHash !== null,
        },
        200,
        NO_STORE,
      );
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/me/totp",
      summary: "A secret for an authenticator app; no factor before its first code",
      tags,
      security: bearer,
      responses: { 200: jsonAnswer(enrolmentSchema, "The secret, shown once") },
    }),
    async (c) => {
      const owner = await requireOwner(c, context);
      return c.json(await beginTotp(context, owner, c.get("now")), 200, NO_STORE);
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/me/totp/confirm",
      summary: "The first code of a new authenticator app; all other sessions end",
      tags,
      security: bearer,
      request: { body: jsonBody(z.strictObject({ code: totpSchema })) },
      responses: { 200: jsonAnswer(changedSchema, "In use"), ...problems(409, 429) },
    }),
    async (c) => {
      // Who began it proved a factor then; the code proves that this is the same person.
      const owner = await findOwner(c, context);
      const { code } = c.req.valid("json");
      const from = callerOf(c);
      const changed = await countCode(context, owner, from, () =>
        confirmTotp(context, owner, code, from),
      );
      return c.json(changed, 200, NO_STORE);
    },
  );

  routes.openapi(
    defineRoute({
      method: "delete",
      path: "/auth/me/totp",
      summary: "Remove the authenticator app; all other sessions end",
      tags,
      security: bearer,
      responses: { 200: jsonAnswer(changedSchema, "Removed"), ...problems(404, 409) },
    }),
    async (c) => {
      const owner = await requireOwner(c, context);
      return c.json(await removeTotp(context, owner, callerOf(c)), 200, NO_STORE);
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/me/recovery-codes",
      summary: "New recovery codes; the old ones are void and all other sessions end",
      tags,
      security: bearer,
      responses: { 200: jsonAnswer(changedSchema, "The codes, shown once") },
    }),
    async (c) => {
      const owner = await requireOwner(c, context);
      return c.json(await renewRecoveryCodes(context, owner, callerOf(c)), 200, NO_STORE);
    },
  );

  return routes;
}

/**
 * Who changes their factors: somebody who proved one a moment ago.
 *
 * @throws Refusal `step_up_required`, `invalid_token`, `invalid_request` for a token of no session
 */
export async function requireOwner(
  c: Context<AppEnv>,
  context: FactorRoutesContext,
): Promise<FactorOwner> {
  const principal = await context.authenticate(c.req.raw, c.get("now"));
  requireRecentSignIn(principal, c.get("now"));
  return findOwner(c, context);
}

/** Who is signed in, whenever they proved a factor. @throws Refusal as {@link requireOwner} */
export async function findOwner(
  c: Context<AppEnv>,
  { authenticate, database }: FactorRoutesContext,
): Promise<FactorOwner> {
  const principal = await authenticate(c.req.raw, c.get("now"));
  const { subject: id, sessionId } = principal;
  if (sessionId === null) {
    throw new Refusal("invalid_request", { detail: "This access token is of no session." });
  }
  const subject = await readSubject(database, { id });
  if (subject === undefined) throw new Refusal("invalid_token");
  requireCurrent(principal, subject);
  return { subject, sessionId };
}

// Whoever stole a token, however stale, must not guess the first code of the app that its owner is
// setting up: the answer would be the owner's recovery codes (N7). Counted like any second factor.
async function countCode<Result>(
  { guessing }: Pick<FactorRoutesContext, "guessing">,
  { subject }: FactorOwner,
  { address, now }: Caller,
  confirm: () => Promise<Result>,
): Promise<Result> {
  const attempt = { name: subject.id, address, now };
  const counted = await guessing.count("proof", attempt);
  const admission = await guessing.admit("second_factor", { ...attempt, userId: subject.id });
  try {
    if (!admission.isOpen) throw new Refusal("factor_refused");
    const result = await confirm();
    await Promise.all([counted.pass(), admission.pass()]);
    return result;
  } catch (error) {
    // What was no guess has not failed.
    const isGuess = error instanceof Refusal && error.code === "factor_refused";
    if (!isGuess) await Promise.all([counted.withdraw(), admission.withdraw()]);
    throw error;
  }
}

async function readConfirmation(
  { database }: FactorRoutesContext,
  userId: string,
): Promise<number | null> {
  const [row] = await database.read(
    database.query
      .selectFrom("totp_seeds")
      .select("confirmed_at")
      .where("user_id", "=", userId)
      .where("pending", "=", 0),
  );
  return row?.confirmed_at ?? null;
}
