// GET /auth/admin/mail: the outbox, for the operator. Mails carry one-time links, which not even an
// administrator may read for somebody else; only on a developer's own machine, where no mail ever
// leaves, the console shows them.

import { z } from "@hono/zod-openapi";
import { formatChallenge } from "@latchkey/protocol";
import { type App, bearer, createRoutes, defineRoute, jsonAnswer } from "../http/app.ts";
import { Refusal } from "../http/refusal.ts";
import type { Mailer } from "./mailer.ts";
import type { OutboxMail } from "./outbox.ts";

const mailSchema = z
  .object({
    at: z.iso.datetime(),
    kind: z.string(),
    to: z.string(),
    user_id: z.string().nullable(),
    subject: z.string(),
    text: z.string(),
    html: z.string(),
  })
  .openapi("Mail");

/** What the route needs. */
export interface MailRoutesContext {
  readonly mailer: Pick<Mailer, "outbox">;
  /** Lets administrators read: a loopback issuer without a mail server. */
  readonly isDevelopment: boolean;
}

/** The route of the outbox. */
export function mailRoutes({ mailer, isDevelopment }: MailRoutesContext): App {
  const routes = createRoutes();
  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/admin/mail",
      summary:
        "Mails that were not sent because no SMTP server is configured; for the operator, and in development for administrators",
      tags: ["admin"],
      security: bearer,
      responses: {
        200: jsonAnswer(
          z.object({ items: z.array(mailSchema), next: z.null() }),
          "The newest first",
        ),
      },
    }),
    (c) => {
      if (!isDevelopment && !c.get("operator")) {
        const challenge = formatChallenge({ error: "insufficient_scope" });
        throw new Refusal("permission_denied", { headers: { "WWW-Authenticate": challenge } });
      }
      return c.json({ items: mailer.outbox().map(renderMail), next: null });
    },
  );
  return routes;
}

function renderMail(mail: OutboxMail): z.infer<typeof mailSchema> {
  const { kind, to, subject, text, html } = mail;
  const at = new Date(mail.at).toISOString();
  return { at, kind, to, user_id: mail.userId, subject, text, html };
}
