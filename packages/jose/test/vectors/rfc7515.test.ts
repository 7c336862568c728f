// RFC 7515 appendix A, transcribed.

import { describe, expect, test } from "vitest";
import {
  createKeySet,
  importJwk,
  publicKey,
  signCompact,
  verifyCompact,
  verifyFlattened,
  verifyGeneral,
} from "../../src/index.ts";
import { outcome } from "../forge.ts";

const CLAIMS = '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}';
const PAYLOAD =
  "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const A1_KEY = {
  kty: "oct",
  k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
};
const A1_SIGNATURE = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const A2_KEY = {
  kty: "RSA",
  n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
  e: "AQAB",
};
const A2_SIGNATURE =
  "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const A3_KEY = {
  kty: "EC",
  crv: "P-256",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
  d: "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
};
const A3_SIGNATURE =
  "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
const A4_KEY = {
  kty: "EC",
  crv: "P-521",
  x: "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
  y: "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
  d: "AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C",
};

const text = (payload: Uint8Array): string => Buffer.from(payload).toString();

describe("RFC 7515 appendix A", () => {
  test("A.1: HS256, the header as it came, with a line break in it", () => {
    const token = `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${PAYLOAD}.${A1_SIGNATURE}`;
    const { header, payload } = verifyCompact(token, importJwk(A1_KEY, { alg: "HS256" }));
    expect(header).toEqual({ typ: "JWT", alg: "HS256" });
    expect(text(payload)).toBe(CLAIMS);
  });

  test("A.2: RS256", () => {
    const token = `eyJhbGciOiJSUzI1NiJ9.${PAYLOAD}.${A2_SIGNATURE}`;
    const { payload } = verifyCompact(token, importJwk(A2_KEY, { alg: "RS256" }));
    expect(text(payload)).toBe(CLAIMS);
  });

  test("A.3: ES256", () => {
    const key = importJwk(A3_KEY, { alg: "ES256" });
    const token = `eyJhbGciOiJFUzI1NiJ9.${PAYLOAD}.${A3_SIGNATURE}`;
    expect(text(verifyCompact(token, publicKey(key)).payload)).toBe(CLAIMS);
    const ours = signCompact(Buffer.from(CLAIMS), key);
    expect(ours.slice(0, token.lastIndexOf("."))).toBe(token.slice(0, token.lastIndexOf(".")));
    expect(text(verifyCompact(ours, publicKey(key)).payload)).toBe(CLAIMS);
  });

  test("A.4: ES512", () => {
    const token =
      "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";
    const key = publicKey(importJwk(A4_KEY, { alg: "ES512" }));
    expect(text(verifyCompact(token, key).payload)).toBe("Payload");
  });

  test("A.5: the unsecured JWS is refused by every kind of key", () => {
    const token = `eyJhbGciOiJub25lIn0.${PAYLOAD}.`;
    for (const key of [
      importJwk(A1_KEY, { alg: "HS256" }),
      importJwk(A2_KEY, { alg: "RS256" }),
      publicKey(importJwk(A3_KEY, { alg: "ES256" })),
    ]) {
      expect(outcome(() => verifyCompact(token, key))).toBe("token_malformed");
    }
  });

  test("A.6: two signatures", () => {
    const keys = createKeySet([
      importJwk(A2_KEY, { alg: "RS256", kid: "2010-12-29" }),
      publicKey(importJwk(A3_KEY, { alg: "ES256", kid: "e9bc097a-ce51-4036-9562-d2ade882db0d" })),
    ]);
    const jws = {
      payload: PAYLOAD,
      signatures: [
        {
          protected: "eyJhbGciOiJSUzI1NiJ9",
          header: { kid: "2010-12-29" },
          signature: A2_SIGNATURE,
        },
        {
          protected: "eyJhbGciOiJFUzI1NiJ9",
          header: { kid: "e9bc097a-ce51-4036-9562-d2ade882db0d" },
          signature: A3_SIGNATURE,
        },
      ],
    };
    const { payload, signatures } = verifyGeneral(JSON.stringify(jws), keys);
    expect(text(payload)).toBe(CLAIMS);
    expect(signatures.map((signature) => signature?.key)).toEqual(keys.keys);
  });

  test("A.7: flattened", () => {
    const jws = {
      payload: PAYLOAD,
      protected: "eyJhbGciOiJFUzI1NiJ9",
      header: { kid: "e9bc097a-ce51-4036-9562-d2ade882db0d" },
      signature: A3_SIGNATURE,
    };
    const key = publicKey(importJwk(A3_KEY, { alg: "ES256" }));
    expect(text(verifyFlattened(jws, key).payload)).toBe(CLAIMS);
  });
});

describe("RFC 7797 section 4.1 and 4.2", () => {
  test("the control and the unencoded payload", async () => {
    const { signDetached, verifyDetached } = await import("../../src/index.ts");
    const key = importJwk(A1_KEY, { alg: "HS256" });
    const payload = Buffer.from("$.02");
    const control = "eyJhbGciOiJIUzI1NiJ9.JC4wMg.5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ";
    expect(signCompact(payload, key)).toBe(control);
    const unencoded =
      "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY";
    expect(signDetached(payload, key, { unencoded: true })).toBe(unencoded);
    expect(verifyDetached(unencoded, payload, key).header["b64"]).toBe(false);
  });
});
