// Reads mails of a test server, as their recipients do: codes and links out of the text.

import type { TestServer } from "./test-server.ts";

/** A mail. */
export interface ReceivedMail {
  readonly kind: string;
  readonly to: string;
  readonly user_id: string | null;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Mails to an address, the newest first. */
export async function mailsTo(server: TestServer, to: string): Promise<readonly ReceivedMail[]> {
  const answer = await server.control<{ items: ReceivedMail[] }>("/auth/admin/mail");
  return answer.body.items.filter((mail) => mail.to === to);
}

/** The newest mail to an address, with its code and its link's token. */
export async function latestMail(
  server: TestServer,
  to: string,
): Promise<ReceivedMail & { readonly code: string; readonly token: string }> {
  const [mail] = await mailsTo(server, to);
  if (mail === undefined) throw new Error("no mail");
  return {
    ...mail,
    code: /^ {2}(\d{6})$/m.exec(mail.text)?.[1] ?? "",
    token: /[?&]token=([A-Za-z0-9_-]{43})$/m.exec(mail.text)?.[1] ?? "",
  };
}

/** Another code of six digits. */
export function otherDigits(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, "0");
}
