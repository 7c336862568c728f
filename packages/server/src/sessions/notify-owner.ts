// Writes to the owner of a session that ended by reuse. Called after the commit; whatever happens
// to the mail, the answer is the same and as fast.

import type { Mailer } from "../mail/mailer.ts";
import { sessionCompromisedMail } from "../mail/templates/session-compromised.ts";
import { nameDevice } from "./device.ts";
import type { SessionPolicy } from "./lifetimes.ts";
import type { ReuseListener } from "./renewal-attempt.ts";

/** Creates the listener that mails the owner. */
export function createOwnerNotice(options: {
  readonly mailer: Pick<Mailer, "send">;
  readonly issuer: string;
  readonly policy: SessionPolicy;
}): ReuseListener {
  const { mailer, issuer, policy } = options;
  return ({ snapshot: { session, subject, databaseNow }, address, userAgent }) => {
    const content = sessionCompromisedMail({
      issuer,
      last: {
        device: nameDevice(session.userAgent),
        address: session.address,
        at: session.rotation.advancedAt,
      },
      presenter: { device: nameDevice(userAgent), address, at: databaseNow },
      endedAll: policy.reuseEnds === "all",
    });
    mailer.send({ ...content, kind: "session_compromised", to: subject.email, userId: subject.id });
  };
}
