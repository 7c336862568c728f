// The arithmetic of an RSA key. OpenSSL takes the members of a private key as given and works around
// wrong ones, at the price of leaking the key when it does not. RFC 7518 sections 3.3 and 6.3.

import { JoseError } from "../error.ts";
import { MAX_RSA_BITS, MAX_RSA_EXPONENT_BYTES, MIN_RSA_BITS } from "../limits.ts";

/** The members of a private RSA key, all of which are required. */
export const RSA_PRIVATE_MEMBERS: readonly string[] = ["d", "p", "q", "dp", "dq", "qi"];

/**
 * Checks the size of the modulus and the exponent; both without leading zeros.
 *
 * @throws JoseError `key_invalid`
 */
export function checkRsaPublic(n: Buffer, e: Buffer): void {
  const bits = n.length * 8 - Math.clz32(n[0] ?? 0) + 24;
  if (bits < MIN_RSA_BITS) throw invalid("n", `the RSA modulus has less than ${MIN_RSA_BITS} bits`);
  if (bits > MAX_RSA_BITS) throw invalid("n", `the RSA modulus has more than ${MAX_RSA_BITS} bits`);
  if (isEven(n)) throw invalid("n", "the RSA modulus is even");
  if (isRoca(n))
    throw invalid("n", "the RSA modulus comes from a broken generator (CVE-2017-15361)");
  if (e.length > MAX_RSA_EXPONENT_BYTES) throw invalid("e", "the RSA exponent is too large");
  if (isEven(e) || (e.length === 1 && (e[0] ?? 0) < 3)) {
    throw invalid("e", "the RSA exponent must be odd and at least 3");
  }
}

/**
 * Checks that the members of a private key belong together.
 *
 * @throws JoseError `key_invalid`
 */
export function checkRsaPrivate(read: (name: string) => Buffer): void {
  const value = (name: string): bigint => BigInt(`0x${read(name).toString("hex")}`);
  const [n, e, d, p, q] = [value("n"), value("e"), value("d"), value("p"), value("q")];
  if (p < 3n || q < 3n || p === q || p * q !== n) {
    throw invalid("n", "n is not the product of p and q");
  }
  const [p1, q1] = [p - 1n, q - 1n];
  const belongs =
    d < n &&
    (e * d) % p1 === 1n &&
    (e * d) % q1 === 1n &&
    value("dp") === d % p1 &&
    value("dq") === d % q1 &&
    value("qi") < p &&
    (value("qi") * q) % p === 1n;
  if (!belongs) throw invalid("d", "the private and public members do not belong together");
}

const ROCA_PRIMES = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

/**
 * Whether a modulus has the mark of the Infineon generator (ROCA): modulo each of these primes it is a
 * power of 65537, which holds for one honest modulus in 2^28 or so.
 */
function isRoca(n: Buffer): boolean {
  const modulus = BigInt(`0x${n.toString("hex")}`);
  return ROCA_PRIMES.every((prime) => {
    const residue = Number(modulus % BigInt(prime));
    for (let power = 1, i = 0; i < prime; i++, power = (power * 65_537) % prime) {
      if (power === residue) return true;
    }
    return false;
  });
}

function isEven(integer: Buffer): boolean {
  return ((integer.at(-1) ?? 0) & 1) === 0;
}

function invalid(member: string, message: string): JoseError {
  return new JoseError("key_invalid", message, member);
}
