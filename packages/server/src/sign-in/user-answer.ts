// A user as the wire shows them; the same shape in login, /auth/me and administration.

import { z } from "@hono/zod-openapi";
import type { UserAnswer } from "@latchkey/protocol";
import type { Subject } from "../tokens/subject.ts";

/** Renders a user. */
export function userAnswer(subject: Subject): UserAnswer {
  return {
    id: subject.id,
    email: subject.email,
    email_verified: subject.emailVerified,
    username: subject.username,
    name: subject.name,
    roles: subject.roles.map((role) => role.name),
    created_at: new Date(subject.createdAt).toISOString(),
  };
}

/** {@link UserAnswer} for the API document. */
export const userSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    email_verified: z.boolean(),
    username: z.string().nullable(),
    name: z.string().nullable(),
    roles: z.array(z.string()),
    created_at: z.iso.datetime(),
  })
  .openapi("User");
