// @ts-check
// The portable suite: what must hold on every runtime, run on the built package by the runtime under
// test, without a test framework. Where OpenSSL, BoringSSL and their wrappers differ is where it looks:
// signature encodings, base64url and UTF-8 decoders, tag lengths, key imports.
//
// Prints one line of JSON: the runtime, how many checks passed, which failed, which algorithms it lacks.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import * as crypto from "node:crypto";
import { readFileSync } from "node:fs";
import process from "node:process";
import * as jose from "../../dist/index.js";

const CLAIMS = {
  sub: "user",
  iat: 1_700_000_000,
  iss: "https://issuer.test",
  aud: "api",
  exp: 4_000_000_000,
};
const RULES = { issuer: "https://issuer.test", audience: "api" };
const SIGNATURES = /** @type {const} */ ([
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "ES256K",
  "EdDSA",
  "Ed25519",
  "Ed448",
  "ML-DSA-44",
  "ML-DSA-65",
  "ML-DSA-87",
]);
const KEY_MANAGEMENT = /** @type {const} */ ([
  "A128KW",
  "A192KW",
  "A256KW",
  "A128GCMKW",
  "A192GCMKW",
  "A256GCMKW",
  "RSA-OAEP",
  "RSA-OAEP-256",
  "RSA-OAEP-384",
  "RSA-OAEP-512",
  "PBES2-HS256+A128KW",
  "PBES2-HS384+A192KW",
  "PBES2-HS512+A256KW",
]);
const AGREEMENT = /** @type {const} */ ([
  "ECDH-ES",
  "ECDH-ES+A128KW",
  "ECDH-ES+A192KW",
  "ECDH-ES+A256KW",
]);
const AGREEMENT_CURVES = /** @type {const} */ (["P-256", "P-384", "P-521", "X25519", "X448"]);

/** @param {string | Uint8Array} data */
const b64 = (data) => Buffer.from(data).toString("base64url");
/** @param {string} path */
const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");

/**
 * The code of the error that a call throws, or `accepted`.
 *
 * @param {() => unknown} call
 */
function outcome(call) {
  try {
    call();
    return "accepted";
  } catch (error) {
    if (error instanceof jose.JoseError) return error.code;
    return error instanceof Error ? error.name : "not an Error";
  }
}

/**
 * A token with an HMAC over any two texts.
 *
 * @param {string | Uint8Array} header
 * @param {string | Uint8Array} payload
 * @param {Uint8Array} secret
 */
function forge(header, payload, secret) {
  const input = `${b64(header)}.${b64(payload)}`;
  return `${input}.${crypto.createHmac("sha256", secret).update(input).digest("base64url")}`;
}

/** @type {Set<string>} */
const missing = new Set();

/**
 * A new key; undefined, and noted, when the runtime lacks the algorithm or the curve.
 *
 * @param {import("../../dist/index.js").KeyAlgorithm} alg
 * @param {import("../../dist/index.js").CurveName} [crv]
 */
async function newKey(alg, crv) {
  try {
    return await jose.generateKey(alg, crv === undefined ? {} : { crv });
  } catch (error) {
    if (!(error instanceof jose.JoseError) || error.code !== "algorithm_not_supported") throw error;
    missing.add(crv ?? alg);
    return undefined;
  }
}

/** @param {import("../../dist/index.js").Key} key */
const verifierOf = (key) => (key.type === "private" ? jose.publicKey(key) : key);

/** @type {[string, () => unknown][]} */
const checks = [];
/**
 * @param {string} name
 * @param {() => unknown} run
 */
const check = (name, run) => void checks.push([name, run]);

for (const alg of SIGNATURES) {
  check(`signs and verifies ${alg}`, async () => {
    const key = await newKey(alg);
    assert.equal(jose.listSignatureAlgorithms().includes(alg), key !== undefined);
    if (key === undefined) return;
    const verifier = verifierOf(key);
    const token = jose.signJwt(CLAIMS, key);
    assert.deepEqual({ ...jose.verifyJwt(token, verifier, RULES).claims }, CLAIMS);
    assert.deepEqual({ ...(await jose.verifyJwtAsync(token, verifier, RULES)).claims }, CLAIMS);
    const [header, payload, signature = ""] = token.split(".");
    const bytes = Buffer.from(signature, "base64url");
    for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x40;
      const other = `${header}.${payload}.${b64(changed)}`;
      assert.equal(
        outcome(() => jose.verifyJwt(other, verifier, RULES)),
        "signature_invalid",
      );
      const answer = await jose.verifyJwtAsync(other, verifier, RULES).catch((error) => error.code);
      assert.equal(answer, "signature_invalid");
    }
    for (const length of [1, bytes.length - 1]) {
      const other = `${header}.${payload}.${b64(bytes.subarray(0, length))}`;
      assert.equal(
        outcome(() => jose.verifyJwt(other, verifier, RULES)),
        "signature_invalid",
      );
    }
    const longer = `${header}.${payload}.${b64(Buffer.concat([bytes, Buffer.alloc(1)]))}`;
    assert.equal(
      outcome(() => jose.verifyJwt(longer, verifier, RULES)),
      "signature_invalid",
    );
    const again = jose.importJwk(jose.exportPrivateJwk(key), { alg });
    assert.deepEqual(
      { ...jose.verifyJwt(jose.signJwt(CLAIMS, again), verifier, RULES).claims },
      CLAIMS,
    );
    if (key.type === "private") {
      const imported = jose.importJwk(jose.exportPublicJwk(key));
      assert.equal(jose.thumbprint(imported), jose.thumbprint(key));
      assert.equal(
        outcome(() => jose.verifyJwt(token, imported, RULES)),
        "accepted",
      );
    }
  });
}

/**
 * @param {import("../../dist/index.js").KeyAlgorithm} alg
 * @param {import("../../dist/index.js").CurveName} [crv]
 */
function checkEncryption(alg, crv) {
  check(`encrypts and decrypts ${alg}${crv === undefined ? "" : ` on ${crv}`}`, async () => {
    const key = await newKey(alg, crv);
    if (key === undefined) return;
    const recipient = verifierOf(key);
    const options = alg.startsWith("PBES2") ? { passwordCount: 1000 } : {};
    const content = Buffer.from("a message");
    let token;
    try {
      token = jose.encryptCompact(content, recipient, options);
    } catch (error) {
      if (!(error instanceof jose.JoseError) || error.code !== "algorithm_not_supported")
        throw error;
      missing.add(crv ?? alg);
      return;
    }
    assert.deepEqual(Buffer.from(jose.decryptCompact(token, key).plaintext), content);
    const parts = token.split(".");
    for (const part of [2, 3, 4]) {
      const changed = Buffer.from(parts[part] ?? "", "base64url");
      changed[0] = (changed[0] ?? 0) ^ 1;
      const other = parts.with(part, b64(changed)).join(".");
      assert.equal(
        outcome(() => jose.decryptCompact(other, key)),
        "decryption_failed",
      );
    }
    // Node's own default takes tags of 4 bytes.
    for (const bytes of [4, 8, 12, 15]) {
      const short = b64(Buffer.from(parts[4] ?? "", "base64url").subarray(0, bytes));
      assert.notEqual(
        outcome(() => jose.decryptCompact(parts.with(4, short).join("."), key)),
        "accepted",
      );
    }
  });
}
for (const alg of jose.listContentEncryptions()) checkEncryption(alg);
for (const alg of KEY_MANAGEMENT) checkEncryption(alg);
for (const alg of AGREEMENT) for (const crv of AGREEMENT_CURVES) checkEncryption(alg, crv);

check("signs then encrypts", async () => {
  const signer = await jose.generateKey("ES256");
  const box = await jose.generateKey("ECDH-ES+A256KW");
  const token = jose.signAndEncryptJwt(CLAIMS, signer, jose.publicKey(box), {});
  const { claims } = jose.decryptAndVerifyJwt(token, box, jose.publicKey(signer), RULES);
  assert.deepEqual({ ...claims }, CLAIMS);
});

check("verifies the published examples", () => {
  const { keys, examples } = JSON.parse(read("../vectors/rfc-examples.json"));
  let count = 0;
  for (const { compact, payload, keys: names } of examples) {
    if (compact === undefined) continue;
    const key = jose.importJwk(keys[names[0].name], { alg: names[0].alg });
    const verifier = verifierOf(key);
    const content = Buffer.from(payload);
    if (compact.includes("..")) jose.verifyDetached(compact, content, verifier);
    else assert.deepEqual(Buffer.from(jose.verifyCompact(compact, verifier).payload), content);
    count++;
  }
  assert.equal(count, 8);
});

check("computes the published signatures", () => {
  const { keys, examples } = JSON.parse(read("../vectors/rfc-examples.json"));
  for (const from of ["RFC 7520 section 4.1", "RFC 7520 section 4.4", "RFC 8037 appendix A.4"]) {
    const example = examples.find((/** @type {{ from: string }} */ one) => one.from === from);
    const [{ name, alg }] = example.keys;
    const token = jose.signCompact(
      Buffer.from(example.payload),
      jose.importJwk(keys[name], { alg }),
    );
    assert.equal(token, example.compact);
  }
});

check("decodes canonical base64url and nothing else", () => {
  for (const text of [
    "Zh",
    "Zg==",
    "Z g",
    "Zg\n",
    "Zg$",
    "Zg.x",
    "Z",
    "+/+/",
    "Zg\u0000",
    "\uff3ag",
    "Zg=",
  ]) {
    assert.equal(
      outcome(() => jose.decodeBase64url(text)),
      "base64url_invalid",
      JSON.stringify(text),
    );
  }
  assert.deepEqual([...jose.decodeBase64url("-_8")], [251, 255]);
});

check("reads JSON one way only", () => {
  const refused = [
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"a":{"b":1,"b":2}}',
    '{"a":1e400}',
    '{"__proto__":{}}',
    '\ufeff{"a":1}',
    "[]",
    "null",
    '"x"',
    "1",
    "{} {}",
    '{"a":"\\ud800"}',
    "",
    `{"a":${"[".repeat(64)}${"]".repeat(64)}}`,
  ];
  for (const text of refused) {
    assert.equal(
      outcome(() => jose.parseJsonObject(Buffer.from(text))),
      "json_invalid",
      text,
    );
  }
  for (const bytes of [
    [0xc0, 0x80],
    [0xff],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xe2, 0x82],
  ]) {
    const text = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')]);
    assert.equal(
      outcome(() => jose.parseJsonObject(text)),
      "json_invalid",
      String(bytes),
    );
  }
  assert.equal(jose.parseJsonObject(Buffer.from('{"a":"\\ud83d\\ude00"}'))["a"], "\u{1f600}");
});

check("checks claims by type and time", () => {
  const secret = crypto.randomBytes(32);
  const key = jose.importSecret(secret, { alg: "HS256" });
  const header = '{"alg":"HS256"}';
  /** @param {string} claims */
  const verify = (claims) =>
    outcome(() => jose.verifyJwt(forge(header, claims, secret), key, { now: 1000 }));
  assert.equal(verify('{"exp":1001}'), "accepted");
  assert.equal(verify('{"exp":1000.5}'), "accepted");
  assert.equal(verify('{"exp":1000}'), "token_expired");
  for (const exp of ['"9999"', "[9999]", "true", "null", "{}", "-1"]) {
    assert.equal(verify(`{"exp":${exp}}`), "claim_invalid", exp);
  }
  assert.equal(verify("{}"), "claim_missing");
  assert.equal(verify('{"exp":1001,"nbf":1001}'), "token_not_yet_valid");
  assert.equal(verify('{"exp":1001,"aud":"api"}'), "audience_mismatch");
  assert.equal(verify('{"exp":1001,"sub":1}'), "claim_invalid");
});

check("takes no algorithm from the header", async () => {
  const secret = crypto.randomBytes(64);
  const key = jose.importSecret(secret, { alg: "HS256" });
  for (const alg of ['"none"', '"None"', '"HS512"', '"RS256"', '"constructor"', "null", "[]"]) {
    const token = forge(`{"alg":${alg}}`, '{"exp":4000000000}', secret);
    assert.notEqual(
      outcome(() => jose.verifyJwt(token, key, {})),
      "accepted",
      alg,
    );
  }
  const pair = await jose.generateKey("RS256", { kid: "1" });
  const pem = crypto
    .createPublicKey({ key: { ...jose.exportPublicJwk(pair) }, format: "jwk" })
    .export({ type: "spki", format: "pem" });
  const token = forge('{"alg":"HS256","kid":"1"}', '{"exp":4000000000}', Buffer.from(pem));
  assert.equal(
    outcome(() => jose.verifyJwt(token, jose.publicKey(pair), {})),
    "algorithm_mismatch",
  );
  assert.equal(
    outcome(() => jose.importSecret(Buffer.from(pem), { alg: "HS256" })),
    "key_invalid",
  );
});

check("refuses headers that it does not understand", () => {
  const secret = crypto.randomBytes(32);
  const key = jose.importSecret(secret, { alg: "HS256" });
  const codes = ['"crit":["x"],"x":1', '"crit":[]', '"crit":["alg"]', '"b64":false', '"kid":1'].map(
    (extra) =>
      outcome(() =>
        jose.verifyJwt(forge(`{"alg":"HS256",${extra}}`, '{"exp":4000000000}', secret), key, {}),
      ),
  );
  assert.deepEqual(codes, [
    "critical_header_not_supported",
    "header_invalid",
    "header_invalid",
    "header_invalid",
    "header_invalid",
  ]);
});

check("refuses weak and malformed keys", () => {
  const point = { kty: "EC", crv: "P-256", alg: "ES256" };
  /** @param {number} byte */
  const coordinate = (byte) => b64(Buffer.alloc(32, byte));
  assert.equal(
    outcome(() => jose.importSecret(crypto.randomBytes(31), { alg: "HS256" })),
    "key_invalid",
  );
  assert.equal(
    outcome(() => jose.importSecret(new Uint8Array(0), { alg: "HS256" })),
    "key_invalid",
  );
  assert.equal(
    outcome(() => jose.importPem(read("../fixtures/rsa-1024.pem"), { alg: "RS256" })),
    "key_invalid",
  );
  for (const [x, y] of [
    [0, 0],
    [1, 1],
    [255, 255],
  ]) {
    const jwk = { ...point, x: coordinate(x ?? 0), y: coordinate(y ?? 0) };
    assert.equal(
      outcome(() => jose.importJwk(jwk)),
      "key_invalid",
    );
  }
  const identity = {
    kty: "OKP",
    crv: "Ed25519",
    alg: "EdDSA",
    x: b64(Buffer.concat([Buffer.of(1), Buffer.alloc(31)])),
  };
  assert.equal(
    outcome(() => jose.importJwk(identity)),
    "key_invalid",
  );
});

check("imports PEM and certificates", () => {
  const pair = jose.importPem(read("../fixtures/rsa-private.pem"), { alg: "RS256" });
  const certificate = jose.importPem(read("../fixtures/rsa-certificate.pem"), { alg: "RS256" });
  assert.equal(jose.thumbprint(certificate), jose.thumbprint(pair));
  assert.equal(
    outcome(() => jose.verifyJwt(jose.signJwt(CLAIMS, pair), certificate, RULES)),
    "accepted",
  );
});

check("refuses ECDSA signatures out of range and in DER", async () => {
  const key = await jose.generateKey("ES256");
  const verifier = jose.publicKey(key);
  const [header, payload] = jose.signJwt(CLAIMS, key).split(".");
  const order = Buffer.from(
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    "hex",
  );
  const zero = Buffer.alloc(32);
  const one = Buffer.concat([Buffer.alloc(31), Buffer.of(1)]);
  const der = crypto.sign(
    "sha256",
    Buffer.from(`${header}.${payload}`),
    crypto.createPrivateKey({ key: { ...jose.exportPrivateJwk(key) }, format: "jwk" }),
  );
  const halves = [zero, one, order, Buffer.alloc(32, 255)];
  for (const bytes of [der, ...halves.flatMap((r) => halves.map((s) => Buffer.concat([r, s])))]) {
    const token = `${header}.${payload}.${b64(bytes)}`;
    assert.equal(
      outcome(() => jose.verifyJwt(token, verifier, RULES)),
      "signature_invalid",
    );
  }
});

check("refuses the second form of an Ed25519 signature", async () => {
  const key = await jose.generateKey("EdDSA");
  const [header, payload, signature = ""] = jose.signJwt(CLAIMS, key).split(".");
  const bytes = Buffer.from(signature, "base64url");
  const order = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString("hex")}`);
  Buffer.from((s + order).toString(16).padStart(64, "0"), "hex")
    .reverse()
    .copy(bytes, 32);
  const token = `${header}.${payload}.${b64(bytes)}`;
  assert.equal(
    outcome(() => jose.verifyJwt(token, jose.publicKey(key), RULES)),
    "signature_invalid",
  );
});

check("asks PSS for a salt as long as the hash", async () => {
  const key = await jose.generateKey("PS256");
  const [header, payload] = jose.signJwt(CLAIMS, key).split(".");
  const handle = crypto.createPrivateKey({ key: { ...jose.exportPrivateJwk(key) }, format: "jwk" });
  const padding = crypto.constants.RSA_PKCS1_PSS_PADDING;
  for (const saltLength of [0, 20, 32, 64]) {
    const signature = crypto.sign("sha256", Buffer.from(`${header}.${payload}`), {
      key: handle,
      padding,
      saltLength,
    });
    const token = `${header}.${payload}.${b64(signature)}`;
    assert.equal(
      outcome(() => jose.verifyJwt(token, jose.publicKey(key), RULES)),
      saltLength === 32 ? "accepted" : "signature_invalid",
      String(saltLength),
    );
  }
});

check("says nothing of a token in an error", async () => {
  const key = jose.publicKey(await jose.generateKey("ES256"));
  const token = forge(
    '{"alg":"ES256"}',
    '{"exp":4000000000,"secret":"do not print me"}',
    crypto.randomBytes(32),
  );
  try {
    jose.verifyJwt(token, key, {});
    assert.fail("accepted");
  } catch (error) {
    assert.ok(error instanceof jose.JoseError);
    const text = String(error) + JSON.stringify(error);
    for (let at = 0; at + 8 <= token.length; at++)
      assert.ok(!text.includes(token.slice(at, at + 8)));
  }
});

check("keeps keys to itself", async () => {
  const { inspect } = await import("node:util");
  const key = await jose.generateKey("HS256");
  const { k } = /** @type {{ k: string }} */ (/** @type {unknown} */ (jose.exportPrivateJwk(key)));
  assert.ok(!inspect(key, { depth: 9, showHidden: true }).includes(k));
  assert.ok(!JSON.stringify(key).includes(k));
});

/** The runtime's own name and version. */
function runtimeOf() {
  const { bun, deno, node } = process.versions;
  return bun !== undefined ? `Bun ${bun}` : deno !== undefined ? `Deno ${deno}` : `Node ${node}`;
}

/** @type {string[]} */
const failures = [];
for (const [name, run] of checks) {
  try {
    await run();
  } catch (error) {
    failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.stdout.write(
  `${JSON.stringify({
    runtime: runtimeOf(),
    passed: checks.length - failures.length,
    failures,
    missing: [...missing].toSorted(),
  })}\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
