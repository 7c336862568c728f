// Attacks on the choice of the algorithm: section A of the catalogue.

import { createHash, createPrivateKey, createPublicKey, sign, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  createKeySet,
  exportPrivateJwk,
  exportPublicJwk,
  generateKey,
  importJwk,
  importJwkSet,
  importPem,
  importSecret,
  type Key,
  type KeyAlgorithm,
  publicKey,
  signJwt,
  verifyJwt,
} from "../../src/index.ts";
import { b64, forgeHmac, forgeSigned, outcome, segment } from "../forge.ts";

const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, "../fixtures", name), "utf8");

const CLAIMS = { sub: "admin", exp: 4_000_000_000 };
const verify = (token: string, key: Key): unknown => verifyJwt(token, key, {});

let ec: Key;
let ecPublic: Key;
let secret: Key;
beforeAll(async () => {
  ec = await generateKey("ES256");
  ecPublic = publicKey(ec);
  secret = await generateKey("HS256");
});

describe("A1 unsecured tokens", () => {
  const algs: readonly unknown[] = [
    "none",
    "None",
    "NONE",
    "nOnE",
    "noNe",
    "none ",
    " none",
    "none\u0000",
    "null",
    "",
    "ｎｏｎｅ",
    null,
    [],
    ["none"],
    { none: 1 },
    0,
    false,
    true,
    undefined,
  ];
  const headers = [
    ...algs.map((alg) => JSON.stringify({ alg, typ: "JWT" })),
    '{"alg":"n\\u006fne"}',
    '{"typ":"JWT"}',
    '{"alg":"ES256","alg":"none"}',
    '{"alg":"none","alg":"ES256"}',
    '{"alg":"HS256","alg":"none"}',
  ];
  test.each(headers)("%s", (header) => {
    const honest = signJwt(CLAIMS, ec);
    const signature = honest.slice(honest.lastIndexOf(".") + 1);
    const input = `${segment(header)}.${segment(CLAIMS)}`;
    for (const token of [input, `${input}.`, `${input}.${signature}`, `${input}.AAAA`]) {
      for (const key of [ecPublic, secret]) {
        expect(outcome(() => verify(token, key))).toMatch(
          /^(algorithm_mismatch|header_invalid|json_invalid|token_malformed)$/,
        );
      }
      expect(outcome(() => verifyJwt(token, createKeySet([ecPublic]), {}))).toMatch(
        /^(key_not_found|header_invalid|json_invalid|token_malformed)$/,
      );
    }
  });

  test("no key can be bound to none", () => {
    const alg = "none" as KeyAlgorithm;
    expect(outcome(() => importSecret(Buffer.alloc(32, "x"), { alg }))).toBe(
      "algorithm_not_supported",
    );
    expect(outcome(() => importJwk({ kty: "oct", k: "", alg: "none" }))).toBe(
      "algorithm_not_supported",
    );
  });
});

describe("A2 a public key as an HMAC secret", () => {
  const certificate = fixture("rsa-certificate.pem");
  const x509 = new X509Certificate(certificate);
  const handle = x509.publicKey;
  const spki = handle.export({ format: "pem", type: "spki" }).toString();
  const pkcs1 = handle.export({ format: "pem", type: "pkcs1" }).toString();
  const jwk = handle.export({ format: "jwk" });
  const set = { keys: [{ ...jwk, alg: "RS256", kid: "k" }] };
  const ssh = (type: string, ...parts: readonly Uint8Array[]): string => {
    const field = (bytes: Uint8Array): Buffer => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return Buffer.concat([length, bytes]);
    };
    return `${type} ${Buffer.concat([Buffer.from(type), ...parts].map(field)).toString("base64")} a@b`;
  };
  const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? "", "base64url");
  const sshRsa = ssh("ssh-rsa", bytes(jwk.e), Buffer.concat([Buffer.of(0), bytes(jwk.n)]));
  const shapes: Record<string, string | Uint8Array> = {
    "SPKI PEM": spki,
    "SPKI PEM without final newline": spki.trimEnd(),
    "SPKI PEM with CRLF": spki.replaceAll("\n", "\r\n"),
    "PKCS#1 PEM": pkcs1,
    "certificate PEM": certificate,
    "SPKI DER": handle.export({ format: "der", type: "spki" }),
    "PKCS#1 DER": handle.export({ format: "der", type: "pkcs1" }),
    "certificate DER": x509.raw,
    "ssh-rsa": sshRsa,
    "ssh-ed25519": ssh("ssh-ed25519", createHash("sha256").update("x").digest()),
    "ecdsa-sha2-nistp256": ssh("ecdsa-sha2-nistp256", Buffer.from("nistp256"), Buffer.alloc(65, 4)),
    SSH2: `---- BEGIN SSH2 PUBLIC KEY ----\n${sshRsa.split(" ")[1]}\n---- END SSH2 PUBLIC KEY ----\n`,
    "leading space": ` ${spki}`,
    "leading tab": `\t${spki}`,
    "leading newline": `\n${spki}`,
    "leading BOM": `\uFEFF${spki}`,
    "leading NUL": `\u0000${spki}`,
    "leading ESC": `\u001B${spki}`,
    "leading DEL": `\u007F${spki}`,
    "leading U+200B": `\u200B${spki}`,
    "leading U+200D": `\u200D${spki}`,
    "leading U+180E": `\u180E${spki}`,
    "leading comment": `# key\n${spki}`,
    "leading HTTP response": `HTTP/1.1 200 OK\r\n\r\n${spki}`,
    "JWK compact": JSON.stringify(jwk),
    "JWK pretty": JSON.stringify(jwk, null, 2),
    "JWK with white space": `\n ${JSON.stringify(jwk)} \n`,
    "JWK set": JSON.stringify(set),
    "array of JWKs": JSON.stringify([jwk]),
  };
  const undetectable: Record<string, string | Uint8Array> = {
    "raw 32 bytes": createHash("sha256").update("y").digest(),
    "n as text": String(jwk.n),
  };

  test.each(Object.entries({ ...shapes, ...undetectable }))("verification: %s", (_name, shape) => {
    const verifier = importPem(certificate, { alg: "RS256", kid: "k" });
    for (const [alg, hash] of [
      ["HS256", "sha256"],
      ["HS384", "sha384"],
      ["HS512", "sha512"],
    ]) {
      const token = forgeHmac({ alg, typ: "JWT", kid: "k" }, CLAIMS, shape, hash);
      expect(outcome(() => verify(token, verifier))).toBe("algorithm_mismatch");
      const inSet = (): unknown => verifyJwt(token, importJwkSet(set), {});
      expect(outcome(inSet)).toBe("key_not_found");
    }
  });

  test.each(Object.entries(shapes))("import as a secret: %s", (_name, shape) => {
    const secret = Buffer.from(shape as string);
    expect(outcome(() => importSecret(secret, { alg: "HS256" }))).toBe("key_invalid");
    expect(outcome(() => importSecret(shape as never, { alg: "HS256" }))).toBe(
      typeof shape === "string" ? "TypeError" : "key_invalid",
    );
  });

  test("a string is never a secret", () => {
    for (const value of ["x".repeat(64), new String("x".repeat(64)), 7, {}, null, undefined]) {
      expect(outcome(() => importSecret(value as never, { alg: "HS256" }))).toBe("TypeError");
    }
  });

  test("an asymmetric JWK is no HMAC key, and a secret no asymmetric one", () => {
    expect(outcome(() => importJwk(jwk, { alg: "HS256" }))).toBe("key_invalid");
    const oct = { kty: "oct", k: b64(Buffer.from("0123456789abcdef0123456789abcdef")) };
    expect(outcome(() => importJwk(oct, { alg: "RS256" }))).toBe("key_invalid");
    expect(outcome(() => importJwk({ ...jwk, k: oct.k }, { alg: "RS256" }))).toBe("key_invalid");
  });
});

describe("A3 the key's algorithm and the header's", () => {
  test("an RS512 key does not verify a header that says RS256, nor an RS256 signature", async () => {
    const key = await generateKey("RS512");
    const jwk = exportPrivateJwk(key);
    const handle = createPrivateKey({ key: { ...jwk }, format: "jwk" });
    const input = `${segment({ alg: "RS256" })}.${segment(CLAIMS)}`;
    for (const hash of ["sha256", "sha512"]) {
      const token = `${input}.${b64(sign(hash, Buffer.from(input), handle))}`;
      expect(outcome(() => verify(token, publicKey(key)))).toBe("algorithm_mismatch");
    }
  });

  test("options.alg and the JWK's own alg must agree", () => {
    const jwk = exportPublicJwk(ec);
    expect(outcome(() => importJwk(jwk, { alg: "ES384" }))).toBe("algorithm_mismatch");
    expect(outcome(() => importJwk({ ...jwk, alg: undefined }))).toBe("TypeError");
    expect(importJwk({ ...jwk, alg: undefined }, { alg: "ES256" }).alg).toBe("ES256");
  });
});

describe("A4 unknown and inherited names", () => {
  const names = [
    "HS257",
    "RS25",
    "ES999",
    "X",
    "rs256",
    "es256",
    "HS256 ",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "EdDSA",
    "RSA1_5",
  ];
  test.each(names)("%s", (alg) => {
    const token = forgeSigned(
      { alg },
      CLAIMS,
      createPrivateKey({ key: { ...exportPrivateJwk(ec) }, format: "jwk" }),
      "sha256",
    );
    expect(outcome(() => verify(token, ecPublic))).toBe("algorithm_mismatch");
    const set = createKeySet([ecPublic]);
    expect(outcome(() => verifyJwt(token, set, {}))).toBe("key_not_found");
  });

  test.each(names.filter((name) => name !== "EdDSA"))("no key can be bound to %s", (alg) => {
    const secret = Buffer.from("0123456789abcdef0123456789abcdef");
    const options = { alg: alg as KeyAlgorithm };
    expect(outcome(() => importSecret(secret, options))).toBe("algorithm_not_supported");
  });
});

describe("A5 key type and curve", () => {
  test.each([
    ["ES256", "ES384"],
    ["ES384", "ES256"],
    ["ES512", "ES256"],
    ["ES256", "ES256K"],
    ["ES256K", "ES256"],
    ["EdDSA", "ES256"],
    ["ES256", "EdDSA"],
    ["Ed25519", "Ed448"],
    ["RS256", "ES256"],
    ["PS256", "EdDSA"],
    ["ES256", "RS256"],
  ] as const)("%s refuses a key of %s", async (wanted, made) => {
    const jwk = { ...exportPublicJwk(await generateKey(made)), alg: undefined };
    expect(outcome(() => importJwk(jwk, { alg: wanted }))).toBe("key_invalid");
  });

  test("EdDSA refuses X25519, ECDH-ES refuses Ed25519", async () => {
    const x = {
      ...exportPublicJwk(await generateKey("ECDH-ES", { crv: "X25519" })),
      alg: undefined,
      use: undefined,
    };
    expect(outcome(() => importJwk(x, { alg: "EdDSA" }))).toBe("key_invalid");
    const ed = { ...exportPublicJwk(await generateKey("EdDSA")), alg: undefined, use: undefined };
    expect(outcome(() => importJwk(ed, { alg: "ECDH-ES" }))).toBe("key_invalid");
  });

  test.each(["RS256", "PS256"] as const)("%s refuses an RSASSA-PSS key and a DSA key", (alg) => {
    expect(outcome(() => importPem(fixture("rsa-pss-private.pem"), { alg }))).toMatch(
      /^key_(not_supported|invalid)$/,
    );
    expect(outcome(() => importPem(fixture("dsa.pem"), { alg }))).toMatch(
      /^key_(not_supported|invalid)$/,
    );
  });
});

describe("A6 use and key_ops", () => {
  test.each([
    { use: "enc" },
    { use: "SIG" },
    { use: 1 },
    { key_ops: ["encrypt"] },
    { key_ops: ["sign"] },
    { key_ops: ["verify", "verify"] },
    { key_ops: ["verify", "encrypt"] },
    { key_ops: [] },
    { key_ops: "verify" },
    { key_ops: ["verify", 1] },
    { use: "enc", key_ops: ["verify"] },
  ])("a verifying key with %j", (members) => {
    expect(outcome(() => importJwk({ ...exportPublicJwk(ec), ...members }))).toBe("key_invalid");
  });

  test("a secret for verifying only does not sign, and the reverse", () => {
    const oct = { kty: "oct", k: b64(createHash("sha256").update("s").digest()), alg: "HS256" };
    const verifyOnly = importJwk({ ...oct, key_ops: ["verify"] });
    const signOnly = importJwk({ ...oct, key_ops: ["sign"] });
    expect(outcome(() => signJwt(CLAIMS, verifyOnly))).toBe("key_invalid");
    const token = signJwt(CLAIMS, signOnly);
    expect(outcome(() => verify(token, signOnly))).toBe("key_invalid");
    expect(outcome(() => verify(token, verifyOnly))).toBe("accepted");
  });

  test("a key of encryption neither signs nor verifies", async () => {
    const key = await generateKey("ECDH-ES");
    expect(outcome(() => signJwt(CLAIMS, key))).toBe("key_invalid");
    const token = forgeHmac({ alg: "ECDH-ES" }, CLAIMS, "x");
    expect(outcome(() => verify(token, publicKey(key)))).toBe("key_invalid");
  });

  test("a public key does not sign and a private key does not verify", () => {
    expect(outcome(() => signJwt(CLAIMS, ecPublic))).toBe("key_invalid");
    expect(outcome(() => verify(signJwt(CLAIMS, ec), ec))).toBe("TypeError");
  });
});

describe("A7 no downgrade within a family", () => {
  test("one RSA key imported for RS256 and PS256 is two keys that do not stand in for each other", async () => {
    const rs = await generateKey("RS256");
    const ps = importJwk({ ...exportPrivateJwk(rs), alg: undefined }, { alg: "PS256" });
    expect(outcome(() => verify(signJwt(CLAIMS, ps), publicKey(rs)))).toBe("algorithm_mismatch");
    expect(outcome(() => verify(signJwt(CLAIMS, rs), publicKey(ps)))).toBe("algorithm_mismatch");
  });

  test("HS512 to HS256", async () => {
    const strong = await generateKey("HS512");
    const { k } = exportPrivateJwk(strong) as { readonly k: string };
    const token = forgeHmac({ alg: "HS256" }, CLAIMS, Buffer.from(k, "base64url"));
    expect(outcome(() => verify(token, strong))).toBe("algorithm_mismatch");
  });

  test("EdDSA and Ed25519 are two names and a key has one", async () => {
    const key = await generateKey("EdDSA");
    const other = importJwk({ ...exportPrivateJwk(key), alg: undefined }, { alg: "Ed25519" });
    expect(outcome(() => verify(signJwt(CLAIMS, key), publicKey(other)))).toBe(
      "algorithm_mismatch",
    );
    expect(outcome(() => verify(signJwt(CLAIMS, other), publicKey(other)))).toBe("accepted");
  });
});

test("the fixtures' certificate belongs to their private key", () => {
  const token = signJwt(CLAIMS, importPem(fixture("rsa-private.pem"), { alg: "RS256" }));
  const key = importPem(fixture("rsa-certificate.pem"), { alg: "RS256" });
  expect(outcome(() => verify(token, key))).toBe("accepted");
  expect(
    createPublicKey(fixture("rsa-private.pem")).equals(
      new X509Certificate(fixture("rsa-certificate.pem")).publicKey,
    ),
  ).toBe(true);
});
