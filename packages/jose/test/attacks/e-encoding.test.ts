// Attacks on parsing and encoding: section E of the catalogue.

import { createHmac } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import {
  createKeySet,
  decodeJwtUnverified,
  exportPrivateJwk,
  generateKey,
  type Key,
  publicKey,
  signJwt,
  verifyCompact,
  verifyJwt,
} from "../../src/index.ts";
import { forgeHmac, outcome, segment } from "../forge.ts";

const CLAIMS = { sub: "user", exp: 4_000_000_000 };

let key: Key;
let secret: Buffer;
let ec: Key;
beforeAll(async () => {
  key = await generateKey("HS256");
  secret = Buffer.from((exportPrivateJwk(key) as { readonly k: string }).k, "base64url");
  ec = await generateKey("ES256");
});

const forge = (header: unknown, payload: unknown): string => forgeHmac(header, payload, secret);
const verify = (token: string): string => outcome(() => verifyJwt(token, key, {}));

describe("E1 every segment is canonical base64url", () => {
  const changes: readonly [string, (part: string) => string][] = [
    ["padding =", (part) => `${part}=`],
    ["padding ==", (part) => `${part}==`],
    ["plus", (part) => `${part.slice(0, -2)}+${part.slice(-1)}`],
    ["slash", (part) => `${part.slice(0, -2)}/${part.slice(-1)}`],
    ["a space inside", (part) => `${part.slice(0, 4)} ${part.slice(4)}`],
    ["a space after", (part) => `${part} `],
    ["a space before", (part) => ` ${part}`],
    ["a tab", (part) => `${part}\t`],
    ["CR", (part) => `${part}\r`],
    ["LF", (part) => `${part}\n`],
    ["NUL", (part) => `${part}\u0000`],
    ["a dollar sign", (part) => `${part}$`],
    ["a non-ASCII letter", (part) => `${part}é`],
    ["a fullwidth letter", (part) => `Ａ${part.slice(1)}`],
    [
      "a letter plus 256",
      (part) => String.fromCodePoint((part.codePointAt(0) ?? 0) + 256) + part.slice(1),
    ],
    ["percent-encoding", (part) => `%${part.charCodeAt(0).toString(16)}${part.slice(1)}`],
    ["one more letter", (part) => `${part}A`],
    ["one letter less", (part) => part.slice(0, -1)],
    ["nothing", () => ""],
  ];
  test.each(changes)("%s", (_name, change) => {
    for (const [token, keys] of [
      [signJwt(CLAIMS, key), key],
      [signJwt(CLAIMS, ec), publicKey(ec)],
      [signJwt(CLAIMS, ec), createKeySet([publicKey(ec)])],
    ] as const) {
      // Once before the header is known and once after: the memory of headers changes nothing.
      for (const _round of ["unknown", "remembered"]) {
        for (const i of [0, 1, 2]) {
          const parts = token.split(".");
          parts[i] = change(parts[i] ?? "");
          expect(outcome(() => verifyJwt(parts.join("."), keys, {}))).toMatch(
            /^(base64url_invalid|signature_invalid|token_malformed|json_invalid)$/,
          );
        }
        expect(outcome(() => verifyJwt(token, keys, {}))).toBe("accepted");
      }
    }
  });

  test("unused bits of the last letter", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (let length = 1; length <= 3; length++) {
      const token = signJwt({ ...CLAIMS, pad: "x".repeat(length) }, key);
      const parts = token.split(".");
      for (const i of [0, 1, 2]) {
        const part = parts[i] ?? "";
        if (part.length % 4 === 0) continue;
        const twins = [...alphabet].filter((letter) => {
          const twin = part.slice(0, -1) + letter;
          return (
            twin !== part && Buffer.from(twin, "base64url").equals(Buffer.from(part, "base64url"))
          );
        });
        expect(twins.length).toBeGreaterThan(0);
        for (const letter of twins) {
          const changed = parts.with(i, part.slice(0, -1) + letter).join(".");
          expect(verify(changed)).toMatch(/^(base64url_invalid|signature_invalid)$/);
        }
      }
    }
  });

  test("signed by an honest key and still refused", () => {
    const header = segment({ alg: "HS256" });
    for (const payload of [`${segment(CLAIMS)}=`, `${segment(CLAIMS)}\n`, ` ${segment(CLAIMS)}`]) {
      const input = `${header}.${payload}`;
      const mac = createHmac("sha256", secret).update(input).digest("base64url");
      expect(verify(`${input}.${mac}`)).toBe("base64url_invalid");
    }
  });
});

describe("E2 duplicate members", () => {
  test.each([
    '{"alg":"HS256","alg":"HS256"}',
    '{"alg":"HS256","\\u0061lg":"HS256"}',
    '{"alg":"HS256","kid":"a","kid":"b"}',
    '{"alg":"HS256","crit":["x"],"crit":["x"],"x":1}',
    '{"alg":"HS256","x":{"a":1,"a":2}}',
    '{"alg":"HS256","x":[{"a":1,"a":2}]}',
  ])("header %s", (header) => {
    expect(verify(forge(header, CLAIMS))).toBe("json_invalid");
  });

  test.each([
    '{"sub":"a","sub":"b","exp":4000000000}',
    '{"sub":"a","s\\u0075b":"b","exp":4000000000}',
    '{"exp":1,"exp":4000000000}',
    '{"exp":4000000000,"exp":4000000000}',
    '{"exp":4000000000,"aud":"a","aud":"b"}',
    '{"exp":4000000000,"a":{"b":{"c":1,"c":1}}}',
    '{"exp":4000000000,"a":[[{"c":1,"\\u0063":1}]]}',
    '{"exp":4000000000,"":1,"":2}',
    '{"exp":4000000000,"\\"":1,"\\u0022":2}',
    '{"exp":4000000000,"1":1,"1":2}',
  ])("claims %s", (claims) => {
    expect(verify(forge({ alg: "HS256" }, claims))).toBe("json_invalid");
  });

  test.each([
    '{"exp":4000000000,"a":":","b":"{\\"a\\":1,\\"a\\":2}","c":"\\\\","d":"\\\\\\":"}',
    '{"exp":4000000000,"a":{"exp":1},"b":{"exp":1},"c":[{"exp":1},{"exp":1}]}',
    '{"exp":4000000000,"EXP":1,"Exp":2}',
    '{"exp":4000000000,"a\\u0000":1,"a":2}',
    '{"exp" : 4000000000 , "url":"https://x:1/?a=:","t":"::::"}',
  ])("no duplicate in %s", (claims) => {
    expect(verify(forge({ alg: "HS256" }, claims))).toBe("accepted");
  });
});

describe("E3 header and payload are objects and nothing else", () => {
  const values = [
    "[]",
    '["a"]',
    '"x"',
    "1",
    "null",
    "true",
    "false",
    "",
    " ",
    "{}{}",
    '{"exp":4000000000}x',
    '{"exp":4000000000}{"exp":1}',
    "{",
    "}",
    '{"exp":4000000000,}',
    "{'exp':4000000000}",
    "{exp:4000000000}",
    '{"exp":4000000000}//',
    "undefined",
    "NaN",
    '[{"exp":4000000000}]',
    '{"exp":04000000000}',
    '{"exp":+4000000000}',
    '{"a":"\t"}',
    '{"a":"\\x"}',
  ];
  test.each(values)("payload %j", (payload) => {
    expect(verify(forge({ alg: "HS256" }, Buffer.from(payload)))).toBe("json_invalid");
  });
  test.each(values)("header %j", (header) => {
    expect(verify(forge(Buffer.from(header), CLAIMS))).toMatch(
      /^(json_invalid|header_invalid|token_malformed)$/,
    );
  });
  test("white space around an object is JSON", () => {
    expect(verify(forge({ alg: "HS256" }, ' \r\n\t{ "exp" : 4000000000 }\n'))).toBe("accepted");
  });
});

describe("E4 UTF-8", () => {
  const wrap = (bytes: readonly number[]): Buffer =>
    Buffer.concat([
      Buffer.from('{"exp":4000000000,"sub":"'),
      Buffer.from(bytes),
      Buffer.from('"}'),
    ]);
  test.each([
    ["an invalid byte", [0xff]],
    ["a lone continuation", [0x80]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["an overlong NUL", [0xc0, 0x80]],
    ["an encoded surrogate", [0xed, 0xa0, 0x80]],
    ["a truncated sequence", [0xe2, 0x82]],
    ["beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
  ])("%s", (_name, bytes) => {
    expect(verify(forge({ alg: "HS256" }, wrap(bytes)))).toBe("json_invalid");
    const header = Buffer.concat([
      Buffer.from('{"alg":"HS256","x":"'),
      Buffer.from(bytes),
      Buffer.from('"}'),
    ]);
    expect(verify(forge(header, CLAIMS))).toBe("json_invalid");
  });

  test.each(["\\ud800", "\\udc00", "\\udc00\\ud800", "a\\uD83Db"])(
    "a lone surrogate %s",
    (escape) => {
      expect(verify(forge({ alg: "HS256" }, `{"exp":4000000000,"sub":"${escape}"}`))).toBe(
        "json_invalid",
      );
      expect(verify(forge({ alg: "HS256" }, `{"exp":4000000000,"${escape}":1}`))).toBe(
        "json_invalid",
      );
      expect(verify(forge({ alg: "HS256" }, `{"exp":4000000000,"a":[{"b":"${escape}"}]}`))).toBe(
        "json_invalid",
      );
    },
  );

  test("a byte order mark and UTF-16", () => {
    const text = '{"exp":4000000000}';
    expect(verify(forge({ alg: "HS256" }, `\uFEFF${text}`))).toBe("json_invalid");
    expect(verify(forge({ alg: "HS256" }, Buffer.from(text, "utf16le")))).toBe("json_invalid");
    expect(verify(forge(`\uFEFF{"alg":"HS256"}`, CLAIMS))).toBe("json_invalid");
  });

  test("escaped pairs and text beyond ASCII are read as they are, without normalisation", () => {
    const token = forge({ alg: "HS256" }, '{"exp":4000000000,"sub":"\\ud83d\\ude00 Å Å é"}');
    expect(verifyJwt(token, key, {}).claims.sub).toBe("😀 Å Å é");
    const composed = forge(
      { alg: "HS256" },
      { exp: 4_000_000_000, iss: "https://caf\u00e9.example" },
    );
    const rules = { issuer: "https://cafe\u0301.example" };
    expect(outcome(() => verifyJwt(composed, key, rules))).toBe("issuer_mismatch");
  });
});

describe("E5 limits of JSON", () => {
  const nested = (depth: number, open: string, close: string): string => {
    const prefix = '{"exp":4000000000,"a":';
    return `${prefix}${open.repeat(depth)}1${close.repeat(depth)}}`;
  };
  test("nesting up to 32", () => {
    expect(verify(forge({ alg: "HS256" }, nested(31, "[", "]")))).toBe("accepted");
    expect(verify(forge({ alg: "HS256" }, nested(32, "[", "]")))).toBe("json_invalid");
    expect(verify(forge({ alg: "HS256" }, nested(1000, '{"a":', "}")))).toBe("json_invalid");
    expect(verify(forge({ alg: "HS256" }, "[".repeat(10_000)))).toBe("json_invalid");
    expect(verify(forge({ alg: "HS256" }, '{"a":'.repeat(2000)))).toBe("json_invalid");
  });

  test.each(["1e400", "-1e400", "1E400", "1e309"])("the number %s", (number) => {
    expect(verify(forge({ alg: "HS256" }, `{"exp":${number}}`))).toBe("json_invalid");
    expect(verify(forge({ alg: "HS256" }, `{"exp":4000000000,"a":[{"b":${number}}]}`))).toBe(
      "json_invalid",
    );
    expect(verify(forge({ alg: "HS256" }, `{"exp":4000000000,"a":[${number}]}`))).toBe(
      "json_invalid",
    );
  });

  test("a megabyte of spaces is refused by length", () => {
    expect(verify(forge({ alg: "HS256" }, `{"exp":4000000000${" ".repeat(1_000_000)}}`))).toBe(
      "token_too_long",
    );
  });
});

describe("E6 size and dots", () => {
  test("the length is checked first", () => {
    const long = `${"A".repeat(16_384)}.`;
    expect(verify(long)).toBe("token_too_long");
    expect(verify(".".repeat(16_385))).toBe("token_too_long");
    expect(verify(".".repeat(16_384))).toBe("token_malformed");
    expect(outcome(() => decodeJwtUnverified(long))).toBe("token_too_long");
    expect(outcome(() => verifyCompact("A".repeat(1_048_577), key))).toBe("token_too_long");
  });

  test("the limit is a setting, and counts characters exactly", () => {
    const token = signJwt(CLAIMS, key);
    const at = (maxTokenLength: number): string =>
      outcome(() => verifyJwt(token, key, { maxTokenLength }));
    expect(at(token.length)).toBe("accepted");
    expect(at(token.length - 1)).toBe("token_too_long");
    for (const wrong of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "9", null]) {
      expect(at(wrong as number)).toBe("TypeError");
    }
  });

  test.each([
    "",
    ".",
    "..",
    "...",
    "a",
    "a.b",
    "a.b.c.d",
    "a.b.c.d.e",
    "a..c",
    ".b.c",
    "a.b.",
    ".a.b.c",
  ])("%j", (token) => {
    expect(verify(token)).toMatch(/^(token_malformed|base64url_invalid)$/);
    expect(outcome(() => decodeJwtUnverified(token))).toMatch(
      /^(token_malformed|base64url_invalid)$/,
    );
  });

  test.each([undefined, null, 5, {}, [], Buffer.from("a.b.c"), new String("a.b.c"), true])(
    "a token that is no string: %j",
    (token) => {
      expect(verify(token as string)).toBe("token_malformed");
      expect(outcome(() => decodeJwtUnverified(token as string))).toBe("token_malformed");
    },
  );
});

describe("E7 a token and nothing around it", () => {
  test.each([
    ["a space before", (token: string) => ` ${token}`],
    ["a newline after", (token: string) => `${token}\n`],
    ["quotes", (token: string) => `"${token}"`],
    ["a scheme", (token: string) => `Bearer ${token}`],
    ["two tokens", (token: string) => `${token},${token}`],
    ["braces", (token: string) => `{${token}}`],
    ["a BOM", (token: string) => `\uFEFF${token}`],
  ])("%s", (_name, wrap) => {
    const set = createKeySet([key]);
    for (const token of [signJwt(CLAIMS, key)]) {
      expect(outcome(() => verifyJwt(token, set, {}))).toBe("accepted");
      expect(outcome(() => verifyJwt(wrap(token), set, {}))).toMatch(
        /^(base64url_invalid|signature_invalid|token_malformed)$/,
      );
    }
  });
});

describe("E8 polyglots", () => {
  test("five parts whose first three are a valid token", () => {
    expect(verify(`${signJwt(CLAIMS, key)}.a.b`)).toBe("token_malformed");
  });

  test("a token as the payload of a token is bytes and not claims", () => {
    expect(verify(forge({ alg: "HS256", cty: "JWT" }, signJwt(CLAIMS, key)))).toBe("json_invalid");
  });
});
