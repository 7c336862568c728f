// The changes that make a good token a malformed one: to the texts of its header and payload, to their
// encoding, to the signature, to the whole. Each is a fault that some library has let through.

import type { Random } from "./random.ts";
import { AUDIENCE, ISSUER, NOW } from "./signers.ts";

/** Longest input, in characters. */
export const MAX_LENGTH = 65_536;

/** A token in the making. Headers and payloads are JSON texts, or bytes that are none. */
export interface Draft {
  header: string | Buffer;
  payload: string | Buffer;
  /** Applied to a segment's base64url before signing. */
  readonly encode: ((segment: string) => string)[];
  /** Applied to the signature's bytes. */
  readonly spoil: ((signature: Buffer) => Buffer)[];
  /** Applied to the finished token. */
  readonly wrap: ((token: string) => string)[];
}

type Change = (draft: Draft, random: Random) => void;

const WORDS = [
  "none",
  "None",
  "HS256",
  "HS512",
  "RS256",
  "ES256",
  "EdDSA",
  "constructor",
  "__proto__",
  "",
];
const VALUES = [
  "null",
  "true",
  "false",
  "0",
  "-0",
  "-1",
  "1.5",
  "1e3",
  "1e400",
  "9007199254740993",
  '""',
  '"x"',
  "[]",
  "{}",
  '["x"]',
  '[""]',
  "[null]",
  '{"a":1}',
  `"${NOW + 60}"`,
  `[${NOW + 60}]`,
  String(NOW),
  String(NOW - 1),
  String(NOW + 1),
  String(NOW + 0.5),
  String(NOW - 0.5),
  String(NOW * 1000),
  `"${ISSUER}"`,
  `["${ISSUER}"]`,
  `"${AUDIENCE}"`,
  `["${AUDIENCE}"]`,
  `["x","${AUDIENCE}"]`,
  `["${AUDIENCE}",1]`,
  `[["${AUDIENCE}"]]`,
  `"${AUDIENCE}2"`,
  `"${ISSUER}/"`,
  '"\\ud800"',
  '"\\ud83d\\ude00"',
  '"\\u0000"',
  '"e\u0301"',
  '"\u202e"',
];
const CLAIMS = [
  "sub",
  "iss",
  "aud",
  "exp",
  "nbf",
  "iat",
  "jti",
  "x",
  "toString",
  "__proto__",
  "constructor",
];
const PARAMETERS = [
  "typ",
  "kid",
  "cty",
  "crit",
  "b64",
  "jwk",
  "jku",
  "x5u",
  "x5c",
  "x5t",
  "zip",
  "enc",
  "x",
];
const HEADER_VALUES = [
  ...VALUES,
  '"JWT"',
  '"jwt"',
  '"application/jwt"',
  '"at+jwt"',
  '"AT+JWT"',
  '"application/at+jwt"',
  '"Application/AT+jwt"',
  '"at+jwt;x=1"',
  '" at+jwt"',
  '["b64"]',
  '["x"]',
  '["exp"]',
  '{"kty":"oct","k":"AAAA"}',
  '"https://evil.test/keys"',
];
const SPACES = [" ", "\t", "\n", "\r\n", "  "];
const NOT_JSON_SPACES = ["\u00a0", "\u2028", "\ufeff", "\v", "\f", "\u0000"];
const ALIEN = [
  "=",
  "==",
  "+",
  "/",
  " ",
  "\n",
  "\t",
  "\r",
  "\u0000",
  "%41",
  "?",
  "-",
  "_",
  "A",
  "\u00e9",
  "\uff21",
  "\u{1f600}",
  "~",
];

const asText = (part: string | Buffer): string =>
  typeof part === "string" ? part : part.toString("latin1");
const withMember = (part: string | Buffer, member: string, isFirst: boolean): string => {
  const text = asText(part);
  const inner = text.slice(1, -1);
  return isFirst ? `{${member},${inner}}` : `{${inner},${member}}`;
};
const withoutMember = (part: string | Buffer, name: string): string => {
  try {
    const object = JSON.parse(asText(part)) as Record<string, unknown>;
    return JSON.stringify(
      Object.fromEntries(Object.entries(object).filter(([key]) => key !== name)),
    );
  } catch {
    return asText(part);
  }
};
const escaped = (name: string): string =>
  [...name].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
const insert = (text: string, at: number, piece: string): string =>
  text.slice(0, at) + piece + text.slice(at);
const nested = (depth: number, isArray: boolean): string =>
  isArray ? "[".repeat(depth) + "]".repeat(depth) : '{"a":'.repeat(depth) + "1" + "}".repeat(depth);

const either = (random: Random): "header" | "payload" =>
  random.isLucky(0.35) ? "header" : "payload";

/** Every change by its name. */
export const CHANGES: Readonly<Record<string, Change>> = {
  "alg replaced": (draft, random) => {
    const value = random.isLucky(0.5) ? JSON.stringify(random.pick(WORDS)) : random.pick(VALUES);
    draft.header = withMember(withoutMember(draft.header, "alg"), `"alg":${value}`, true);
  },
  "typ replaced": (draft, random) => {
    const value = random.pick(HEADER_VALUES);
    draft.header = withMember(withoutMember(draft.header, "typ"), `"typ":${value}`, true);
  },
  "time replaced": (draft, random) => {
    const name = random.pick(["exp", "nbf", "iat"]);
    const offset = random.pick([-3601, -3600, -3599.5, -60, -1, -0.5, 0, 0.5, 1, 60, 1e9, 1e300]);
    const member = `"${name}":${JSON.stringify(NOW + offset)}`;
    draft.payload = withMember(withoutMember(draft.payload, name), member, true);
  },
  "alg removed": (draft) => {
    draft.header = withoutMember(draft.header, "alg");
  },
  "parameter added": (draft, random) => {
    const name = random.pick(PARAMETERS);
    const value = random.pick(HEADER_VALUES);
    draft.header = withMember(
      withoutMember(draft.header, name),
      `"${name}":${value}`,
      random.isLucky(0.5),
    );
  },
  "crit with its member": (draft, random) => {
    const name = random.pick(["x", "exp", "b64", "alg", "toString"]);
    const text = `"crit":["${name}"],"${name}":${random.pick(HEADER_VALUES)}`;
    draft.header = withMember(draft.header, text, random.isLucky(0.5));
  },
  "claim replaced": (draft, random) => {
    const name = random.pick(CLAIMS);
    const member = `"${name}":${random.pick(VALUES)}`;
    draft.payload = withMember(withoutMember(draft.payload, name), member, random.isLucky(0.5));
  },
  "claim removed": (draft, random) => {
    draft.payload = withoutMember(draft.payload, random.pick(CLAIMS));
  },
  "member twice": (draft, random) => {
    const part = either(random);
    const name = random.pick(part === "header" ? ["alg", "typ", "kid"] : CLAIMS);
    const spelled = random.isLucky(0.3) ? escaped(name) : name;
    const member = `"${spelled}":${random.pick(VALUES)}`;
    draft[part] = withMember(draft[part], member, random.isLucky(0.5));
  },
  "member in another case": (draft, random) => {
    const part = either(random);
    const name = random.pick(["ALG", "Alg", "EXP", "Exp", "AUD", "Crit", "ISS"]);
    draft[part] = withMember(draft[part], `"${name}":${random.pick(VALUES)}`, random.isLucky(0.5));
  },
  "names escaped": (draft, random) => {
    const part = either(random);
    draft[part] = asText(draft[part]).replace(
      /"([a-z]{3})":/,
      (_all, name: string) => `"${escaped(name)}":`,
    );
  },
  "white space": (draft, random) => {
    const part = either(random);
    const text = asText(draft[part]);
    const at = random.pick([0, 1, text.length - 1, text.length, text.indexOf(":") + 1]);
    draft[part] = insert(text, at, random.pick(SPACES));
  },
  "space that is none": (draft, random) => {
    const part = either(random);
    const text = asText(draft[part]);
    draft[part] = insert(text, random.pick([0, 1, text.length]), random.pick(NOT_JSON_SPACES));
  },
  "text behind": (draft, random) => {
    const part = either(random);
    draft[part] = asText(draft[part]) + random.pick(["{}", "x", ",", "}", "\u0000", "//", "null"]);
  },
  "not an object": (draft, random) => {
    const part = either(random);
    const text = asText(draft[part]);
    draft[part] = random.pick([
      "[]",
      "null",
      "1",
      '"x"',
      "true",
      "",
      "{}",
      `[${text}]`,
      JSON.stringify(text),
    ]);
  },
  "invalid UTF-8": (draft, random) => {
    const part = either(random);
    const bad = random.pick(["ff", "c080", "eda080", "f4908080", "e282", "80"]);
    const text = Buffer.from(asText(draft[part]));
    draft[part] = Buffer.concat([
      text.subarray(0, -1),
      Buffer.from(',"u":"'),
      Buffer.from(bad, "hex"),
      Buffer.from('"}'),
    ]);
  },
  "UTF-16": (draft, random) => {
    const part = either(random);
    draft[part] = Buffer.from(asText(draft[part]), "utf16le");
  },
  "byte changed": (draft, random) => {
    const part = either(random);
    const bytes = Buffer.from(asText(draft[part]));
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
    draft[part] = bytes;
  },
  "byte removed": (draft, random) => {
    const part = either(random);
    const bytes = Buffer.from(asText(draft[part]));
    const at = random.below(bytes.length + 1);
    draft[part] = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
  },
  "deep nesting": (draft, random) => {
    const part = either(random);
    const depth = random.pick([5, 29, 30, 31, 32, 33, 64, 500, 8000]);
    draft[part] = withMember(draft[part], `"deep":${nested(depth, random.isLucky(0.5))}`, false);
  },
  "large member": (draft, random) => {
    const part = either(random);
    const length = random.pick([600, 5000, 16_000, 45_000]);
    const filler = random.pick(["a", "\\u0061", " ", "\u00e9", "1,", '"a",', "{},"]);
    const text = filler.repeat(Math.ceil(length / filler.length)).slice(0, length);
    const value = filler.endsWith(",") ? `[${text}1]` : JSON.stringify(text);
    draft[part] = withMember(draft[part], `"large":${value}`, random.isLucky(0.5));
  },
  "many members": (draft, random) => {
    const part = either(random);
    const count = random.pick([50, 500, 4000]);
    const members = Array.from(
      { length: count },
      (_, i) => `"m${i % (count - (random.isLucky(0.5) ? 1 : 0))}":${i}`,
    );
    draft[part] = withMember(draft[part], members.join(","), false);
  },
  "alien character, signed": (draft, random) => {
    const piece = random.pick(ALIEN);
    const place = random.next();
    draft.encode.push((segment) =>
      insert(segment, Math.floor(place * (segment.length + 1)), piece),
    );
  },
  "unused bits, signed": (draft) => {
    draft.encode.push((segment) => changeUnusedBits(segment));
  },
  "padding, signed": (draft) => {
    draft.encode.push((segment) => segment.padEnd(Math.ceil(segment.length / 4) * 4, "="));
  },
  "alphabet of base64, signed": (draft) => {
    draft.encode.push((segment) => segment.replaceAll("-", "+").replaceAll("_", "/"));
  },
  "alien character": (draft, random) => {
    const piece = random.pick(ALIEN);
    const place = random.next();
    draft.wrap.push((token) => insert(token, Math.floor(place * (token.length + 1)), piece));
  },
  "character changed": (draft, random) => {
    const place = random.next();
    const letter = random.pick(["A", "_", ".", "-", "9", "="]);
    draft.wrap.push((token) => {
      const at = Math.floor(place * token.length);
      return token.slice(0, at) + letter + token.slice(at + 1);
    });
  },
  "character removed": (draft, random) => {
    const place = random.next();
    draft.wrap.push((token) => {
      const at = Math.floor(place * token.length);
      return token.slice(0, at) + token.slice(at + 1);
    });
  },
  "unused bits of the signature": (draft) => {
    draft.wrap.push((token) => {
      const at = token.lastIndexOf(".") + 1;
      return token.slice(0, at) + changeUnusedBits(token.slice(at));
    });
  },
  "signature cut": (draft, random) => {
    const place = random.next();
    draft.spoil.push((bytes) => bytes.subarray(0, Math.floor(place * bytes.length)));
  },
  "signature extended": (draft, random) => {
    const more = random.bytes(random.pick([1, 3, 32, 64, 3000]));
    draft.spoil.push((bytes) => Buffer.concat([bytes, more]));
  },
  "signature bit": (draft, random) => {
    const place = random.next();
    const bit = 1 << random.below(8);
    draft.spoil.push((bytes) => {
      const copy = Buffer.from(bytes);
      const at = Math.floor(place * copy.length);
      copy[at] = (copy[at] ?? 0) ^ bit;
      return copy;
    });
  },
  "signature of one byte repeated": (draft, random) => {
    const byte = random.pick([0, 1, 0xff]);
    draft.spoil.push((bytes) => Buffer.alloc(bytes.length, byte));
  },
  "signature halves swapped": (draft) => {
    draft.spoil.push((bytes) =>
      Buffer.concat([bytes.subarray(bytes.length / 2), bytes.subarray(0, bytes.length / 2)]),
    );
  },
  dots: (draft, random) => {
    const kind = random.below(5);
    const many = random.pick([1, 2, 100, 60_000]);
    draft.wrap.push((token) => {
      if (kind === 0) return token.replace(".", "");
      if (kind === 1) return token + ".".repeat(many);
      if (kind === 2) return ".".repeat(many) + token;
      if (kind === 3) return `${token}.${token}`;
      return token.slice(0, token.lastIndexOf(".") + 1);
    });
  },
  wrapped: (draft, random) => {
    const before = random.pick(["", " ", "\n", "Bearer ", '"', "\ufeff", "{", "\u0000"]);
    const behind = random.pick(["", " ", "\n", '"', ",", "}", "\u0000", ";"]);
    draft.wrap.push((token) => before + token + behind);
  },
  "JSON form": (draft) => {
    draft.wrap.push((token) => {
      const [h, p, s] = token.split(".");
      return JSON.stringify({ protected: h, payload: p, signature: s });
    });
  },
  garbage: (draft, random) => {
    const length = random.pick([0, 1, 7, 100, 3000, MAX_LENGTH]);
    const bytes = random.bytes(Math.ceil((length * 3) / 4));
    const text = random.isLucky(0.5) ? bytes.toString("base64url") : bytes.toString("latin1");
    const dots = random.below(4);
    draft.wrap.push(() => {
      let garbage = text.slice(0, length);
      for (let i = 0; i < dots; i++) {
        const at = random.below(garbage.length + 1);
        garbage = `${garbage.slice(0, at)}.${garbage.slice(at + 1)}`;
      }
      return garbage;
    });
  },
};

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The same bytes in another spelling, where the last character has bits to spare. */
function changeUnusedBits(segment: string): string {
  const last = ALPHABET.indexOf(segment.at(-1) ?? "");
  if (last === -1 || segment.length % 4 < 2) return segment;
  return segment.slice(0, -1) + (ALPHABET[last ^ 1] ?? "");
}
