// Both ways with another implementation, for every pair of `alg` and `enc` that it has: what one writes
// the other reads. It has no X448; that curve is checked against RFC 8037 in vectors.test.ts.

import * as peer from "jose";
import { describe, expect, test } from "vitest";
import {
  decryptCompact,
  decryptFlattened,
  decryptGeneral,
  encryptCompact,
  encryptFlattened,
  encryptGeneral,
  exportPrivateJwk,
  exportPublicJwk,
  type Key,
} from "../../src/index.ts";
import { CASES, ENCS, PASSWORD_COUNT, pairOf } from "./algorithms.ts";

const plaintext = new TextEncoder().encode(
  "You can trust us to stick with you through thick and thin",
);
const aad = new TextEncoder().encode("seen by all");

type PeerKey = Awaited<ReturnType<typeof peer.importJWK>>;

const privatePeer = (key: Key): Promise<PeerKey> => peer.importJWK(exportPrivateJwk(key), key.alg);
const publicPeer = (key: Key): Promise<PeerKey> =>
  key.type === "secret" ? privatePeer(key) : peer.importJWK(exportPublicJwk(key), key.alg);

describe("every alg with every enc, both ways", () => {
  test.each(CASES.filter(({ crv }) => crv !== "X448"))("$name", async ({ alg, crv }) => {
    const { decrypter, encrypter } = await pairOf(alg, crv);
    const options = { keyManagementAlgorithms: [alg] };
    for (const enc of ENCS) {
      const ours = encryptCompact(plaintext, encrypter, { enc, passwordCount: PASSWORD_COUNT });
      const read = await peer.compactDecrypt(ours, await privatePeer(decrypter), options);
      expect(read.plaintext).toEqual(plaintext);
      expect(read.protectedHeader.enc).toBe(enc);

      const writer = new peer.CompactEncrypt(plaintext).setProtectedHeader({ alg, enc });
      if (alg.startsWith("PBES2")) writer.setKeyManagementParameters({ p2c: PASSWORD_COUNT });
      if (alg.startsWith("ECDH")) {
        writer.setKeyManagementParameters({ apu: Buffer.from("Alice"), apv: Buffer.from("Bob") });
      }
      const theirs = await writer.encrypt(await publicPeer(encrypter));
      expect(decryptCompact(theirs, decrypter).plaintext).toEqual(plaintext);
    }
  });

  test.each(ENCS)("dir with %s", async (enc) => {
    const { decrypter } = await pairOf(enc);
    const secret = await privatePeer(decrypter);
    const read = await peer.compactDecrypt(encryptCompact(plaintext, decrypter), secret);
    expect(read.plaintext).toEqual(plaintext);
    const theirs = await new peer.CompactEncrypt(plaintext)
      .setProtectedHeader({ alg: "dir", enc })
      .encrypt(secret);
    expect(decryptCompact(theirs, decrypter).plaintext).toEqual(plaintext);
  });
});

describe("parties and the JSON forms", () => {
  test("apu and apv reach the other side's derivation", async () => {
    const { decrypter, encrypter } = await pairOf("ECDH-ES+A256KW", "X25519");
    const token = encryptCompact(plaintext, encrypter, {
      apu: Buffer.from("Alice"),
      apv: Buffer.from("Bob"),
    });
    const read = await peer.compactDecrypt(token, await privatePeer(decrypter));
    expect(read.plaintext).toEqual(plaintext);
    expect(read.protectedHeader).toMatchObject({ apu: "QWxpY2U", apv: "Qm9i" });
  });

  test("flattened with aad and an unprotected header", async () => {
    const { decrypter, encrypter } = await pairOf("RSA-OAEP-256");
    const ours = encryptFlattened(plaintext, encrypter, { aad, unprotected: { "x-note": 1 } });
    const read = await peer.flattenedDecrypt({ ...ours }, await privatePeer(decrypter));
    expect(read.plaintext).toEqual(plaintext);
    expect(read.additionalAuthenticatedData).toEqual(aad);
    const theirs = await new peer.FlattenedEncrypt(plaintext)
      .setProtectedHeader({ alg: "RSA-OAEP-256", enc: "A128CBC-HS256" })
      .setAdditionalAuthenticatedData(aad)
      .encrypt(await publicPeer(encrypter));
    const opened = decryptFlattened(JSON.stringify(theirs), decrypter);
    expect(opened.plaintext).toEqual(plaintext);
    expect(opened.aad).toEqual(aad);
  });

  test("general for several recipients", async () => {
    const pairs = await Promise.all(
      (["RSA-OAEP", "ECDH-ES+A128KW", "A256GCMKW", "A128KW"] as const).map((alg) => pairOf(alg)),
    );
    const ours = encryptGeneral(
      plaintext,
      pairs.map(({ encrypter }) => encrypter),
      { aad, enc: "A256CBC-HS512" },
    );
    const writer = new peer.GeneralEncrypt(plaintext)
      .setProtectedHeader({ enc: "A256CBC-HS512" })
      .setAdditionalAuthenticatedData(aad);
    for (const { encrypter } of pairs) {
      writer
        .addRecipient(await publicPeer(encrypter))
        .setUnprotectedHeader({ alg: encrypter.alg, kid: encrypter.kid ?? "" });
    }
    const theirs = await writer.encrypt();
    for (const { decrypter } of pairs) {
      const read = await peer.generalDecrypt(
        structuredClone(ours) as unknown as peer.GeneralJWE,
        await privatePeer(decrypter),
      );
      expect(read.plaintext).toEqual(plaintext);
      const opened = decryptGeneral(JSON.stringify(theirs), decrypter);
      expect(opened.plaintext).toEqual(plaintext);
      expect(opened.aad).toEqual(aad);
      expect(opened.unprotectedHeader["alg"]).toBe(decrypter.alg);
    }
  });
});
