// Writes to the owner of a session that ended by reuse. Called after the commit; whatever happens
// to the mail, the answer is the same and as fast.

import type { Post } from "../mail/post.ts";
import type { SessionPolicy } from "./lifetimes.ts";
import type { ReuseListener } from "./renewal-attempt.ts";

/** Creates the listener that mails the owner. */
export function createOwnerNotice(options: {
  readonly post: Post;
  readonly policy: SessionPolicy;
}): ReuseListener {
  const { post, policy } = options;
  return ({ snapshot: { session, subject, databaseNow }, address, userAgent }) => {
    const { userAgent: lastUserAgent, address: lastAddress, rotation } = session;
    post.send(
      "session_compromised",
      {
        last: { userAgent: lastUserAgent, address: lastAddress, now: rotation.advancedAt },
        presenter: { userAgent, address, now: databaseNow },
        endedAll: policy.reuseEnds === "all",
      },
      // In the server's language: the request was perhaps the thief's.
      { email: subject.email, userId: subject.id },
    );
  };
}
