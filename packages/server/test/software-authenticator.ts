// An authenticator in software, for answers that no browser would give: each part of an answer can
// be wrong by itself. WebAuthn level 3, sections 6.1 and 6.5; CBOR by RFC 8949, just what is needed.

import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** What an answer says; left out, it says what is right. */
export interface Says {
  readonly origin?: string;
  readonly type?: string;
  readonly challenge?: string;
  readonly crossOrigin?: boolean;
  readonly rpId?: string;
  /** 1 present, 4 verified, 8 may be synced, 16 is synced, 64 with a credential. */
  readonly flags?: number;
  readonly counter?: number;
  readonly userHandle?: string | null;
}

const PRESENT_AND_VERIFIED = 0x05;
const WITH_CREDENTIAL = 0x40;

/** Creates an authenticator with one ES256 key. */
export function createSoftwareAuthenticator(where: {
  readonly origin: string;
  readonly rpId: string;
}) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = randomBytes(32);
  const jwk = publicKey.export({ format: "jwk" });
  let counter = 0;
  let userId = "";

  function clientData(says: Says, defaults: { type: string; challenge: string }): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: says.type ?? defaults.type,
        challenge: says.challenge ?? defaults.challenge,
        origin: says.origin ?? where.origin,
        crossOrigin: says.crossOrigin ?? false,
      }),
    );
  }

  function authenticatorData(says: Says, flags: number, credential = Buffer.alloc(0)): Buffer {
    counter += 1;
    const head = Buffer.alloc(5);
    head.writeUInt8(says.flags ?? flags, 0);
    head.writeUInt32BE(says.counter ?? counter, 1);
    const rpIdHash = createHash("sha256")
      .update(says.rpId ?? where.rpId)
      .digest();
    return Buffer.concat([rpIdHash, head, credential]);
  }

  const named = { id: id.toString("base64url"), rawId: id.toString("base64url") };
  const envelope = { ...named, type: "public-key", clientExtensionResults: {} } as const;

  return {
    id: named.id,

    /** Answers the options of a registration. */
    create(options: Record<string, unknown>, says: Says = {}) {
      const { challenge, user } = options as { challenge: string; user: { id: string } };
      userId = user.id;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const [x, y] = [jwk.x, jwk.y].map((part) => Buffer.from(part ?? "", "base64url"));
      const coseKey = map([
        [integer(1), integer(2)],
        [integer(3), integer(-7)],
        [integer(-1), integer(1)],
        [integer(-2), bytes(x ?? Buffer.alloc(0))],
        [integer(-3), bytes(y ?? Buffer.alloc(0))],
      ]);
      const credential = Buffer.concat([Buffer.alloc(16), length, id, coseKey]);
      const flags = PRESENT_AND_VERIFIED | WITH_CREDENTIAL;
      const authData = authenticatorData(says, flags, credential);
      const attestationObject = map([
        [text("fmt"), text("none")],
        [text("attStmt"), map([])],
        [text("authData"), bytes(authData)],
      ]);
      const data = clientData(says, { type: "webauthn.create", challenge });
      return {
        ...envelope,
        response: {
          clientDataJSON: data.toString("base64url"),
          attestationObject: attestationObject.toString("base64url"),
          transports: ["internal"],
        },
      };
    },

    /** Answers the options of a use. */
    get(options: Record<string, unknown>, says: Says = {}) {
      const { challenge } = options as { challenge: string };
      const data = clientData(says, { type: "webauthn.get", challenge });
      const authData = authenticatorData(says, PRESENT_AND_VERIFIED);
      const hash = createHash("sha256").update(data).digest();
      const signature = sign("sha256", Buffer.concat([authData, hash]), privateKey);
      const userHandle = says.userHandle === undefined ? userId : says.userHandle;
      return {
        ...envelope,
        response: {
          clientDataJSON: data.toString("base64url"),
          authenticatorData: authData.toString("base64url"),
          signature: signature.toString("base64url"),
          ...(userHandle === null ? {} : { userHandle }),
        },
      };
    },
  };
}

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}

function integer(value: number): Buffer {
  return value < 0 ? head(1, -1 - value) : head(0, value);
}

function bytes(value: Buffer): Buffer {
  return Buffer.concat([head(2, value.length), value]);
}

function text(value: string): Buffer {
  return Buffer.concat([head(3, value.length), Buffer.from(value)]);
}

function map(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([head(5, entries.length), ...entries.flat()]);
}
