// The elliptic curves as data. RFC 7518 section 6.2.1.1, RFC 8037 section 2, RFC 8812 section 3.1.

/** The names of `crv`. */
export type CurveName =
  | "P-256"
  | "P-384"
  | "P-521"
  | "secp256k1"
  | "Ed25519"
  | "Ed448"
  | "X25519"
  | "X448";

/** A curve whose points have two coordinates: `kty` EC. */
export interface EcCurve {
  readonly kty: "EC";
  readonly crv: "P-256" | "P-384" | "P-521" | "secp256k1";
  /** Its name in node:crypto. */
  readonly nodeName: string;
  /** Bytes of a coordinate, of `d`, and of each half of a signature. */
  readonly bytes: number;
  /** The order of the group, big-endian, in `bytes` bytes. */
  readonly order: Uint8Array;
}

/** A Montgomery or Edwards curve: `kty` OKP. */
export interface OkpCurve {
  readonly kty: "OKP";
  readonly crv: "Ed25519" | "Ed448" | "X25519" | "X448";
  /** Its `asymmetricKeyType` in node:crypto. */
  readonly nodeName: "ed25519" | "ed448" | "x25519" | "x448";
  /** Bytes of `x` and of `d`. */
  readonly bytes: number;
  /** Bytes of a signature; 0 for the curves of key agreement. */
  readonly signatureBytes: number;
}

/** A curve of either kind. */
export type Curve = EcCurve | OkpCurve;

const ec = (crv: EcCurve["crv"], nodeName: string, order: string): [CurveName, EcCurve] => [
  crv,
  { kty: "EC", crv, nodeName, bytes: order.length / 2, order: fromHex(order) },
];
const okp = (
  crv: OkpCurve["crv"],
  nodeName: OkpCurve["nodeName"],
  bytes: number,
  signatureBytes: number,
): [CurveName, OkpCurve] => [crv, { kty: "OKP", crv, nodeName, bytes, signatureBytes }];

const CURVES: ReadonlyMap<string, Curve> = new Map<string, Curve>([
  ec("P-256", "prime256v1", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
  ec(
    "P-384",
    "secp384r1",
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
  ),
  ec(
    "P-521",
    "secp521r1",
    `01${"f".repeat(64)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
  ),
  ec("secp256k1", "secp256k1", "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
  okp("Ed25519", "ed25519", 32, 64),
  okp("Ed448", "ed448", 57, 114),
  okp("X25519", "x25519", 32, 0),
  okp("X448", "x448", 56, 0),
]);

/** The curve of a name, if there is one. */
export function findCurve(crv: unknown): Curve | undefined {
  return typeof crv === "string" ? CURVES.get(crv) : undefined;
}

/** The curve of a name from the algorithm table. */
export function curveOf(crv: CurveName): Curve {
  const curve = CURVES.get(crv);
  if (curve === undefined) throw new TypeError("no such curve");
  return curve;
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16),
  );
}
