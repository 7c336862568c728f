// A guard whose clock ran ahead for a while (a resumed machine, a wrong step of NTP) forgot what
// was taken back, because by that clock its entries had expired; set right, it took the tokens again.

import { expect, test } from "vitest";
import { requestWith, TestIssuer } from "./test-issuer.ts";

const DAY = 86_400;

test("a clock that ran ahead makes no guard forget what was taken back", async () => {
  const issuer = await TestIssuer.start();
  try {
    let ahead = 0;
    const guard = await issuer.readyGuard({ clock: () => (issuer.now + ahead) * 1000 });
    const claims = issuer.claims();
    const token = issuer.token(claims);
    issuer.retire(claims.sid);
    await guard.refresh();
    expect(await guard.authenticate(requestWith(token))).toMatchObject({ status: 401 });

    ahead = DAY;
    await guard.refresh();
    await guard.refresh();
    ahead = 0;
    await guard.refresh();
    expect(await guard.authenticate(requestWith(token))).toMatchObject({
      status: 401,
      challenge: { reason: "retired" },
    });
  } finally {
    await issuer.stop();
  }
});
