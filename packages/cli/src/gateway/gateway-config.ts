// The gateway's configuration file: whose tokens, and which rule for which path. Read once; a mistake
// in it stops the start.

import { readFile } from "node:fs/promises";
import { createGuard, type Guard, type GuardOptions, type Rule } from "@latchkey/guard";
import { parseJsonObject } from "@latchkey/jose";
import { Failure } from "../output/failure.ts";
import { checkPrefixes } from "./select-rule.ts";

/** Bytes of the file, at most. */
const MAX_CONFIG_BYTES = 1024 * 1024;

/** What is asked of requests under a path: nothing, a good token, or a rule as well. */
export type Demand = "public" | "token" | Rule;

/** The configuration. */
export interface GatewayConfig {
  readonly guard: GuardOptions;
  readonly demands: readonly { readonly prefix: string; readonly value: Demand }[];
}

/**
 * Reads the file.
 *
 * @param clientSecret - of the client named in the file; secrets do not stand in it
 * @throws Failure config_invalid
 */
export async function loadGatewayConfig(
  path: string,
  clientSecret: string | undefined,
): Promise<GatewayConfig> {
  let members: Readonly<Record<string, unknown>>;
  try {
    const bytes = await readFile(path);
    if (bytes.length > MAX_CONFIG_BYTES) throw new RangeError("it is too long");
    members = parseJsonObject(bytes);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "it cannot be read";
    throw new Failure("config_invalid", `${path}: ${why}.`, { cause });
  }
  const { rules, clientId, ...rest } = members;
  if (typeof rules !== "object" || rules === null || Array.isArray(rules)) {
    throw invalid(path, 'rules is an object such as { "/": "token", "/health": "public" }');
  }
  const demands = Object.entries(rules as Readonly<Record<string, unknown>>).map(
    ([prefix, value]) => ({ prefix, value: parseDemand(path, prefix, value) }),
  );
  if (demands.length === 0) throw invalid(path, "rules is empty: every request would be refused");
  try {
    checkPrefixes(demands.map(({ prefix }) => prefix));
  } catch (error) {
    throw invalid(path, messageOf(error));
  }
  // The guard's own parser refuses what is not an option of it.
  const guard = rest as unknown as GuardOptions;
  if (clientId === undefined) return { guard, demands };
  if (typeof clientId !== "string") throw invalid(path, "clientId is text");
  return {
    guard: { ...guard, credentials: { clientId, clientSecret: clientSecret ?? "" } },
    demands,
  };
}

/**
 * Makes the guard.
 *
 * @throws Failure config_invalid
 */
export function openGuard(path: string, options: GuardOptions): Guard {
  try {
    return createGuard(options);
  } catch (error) {
    if (error instanceof TypeError) throw invalid(path, error.message);
    throw error;
  }
}

/** @throws Failure config_invalid */
export function openDemand(path: string, guard: Guard, demand: Demand): Guard | OpenedRule | null {
  if (demand === "public") return null;
  if (demand === "token") return guard;
  try {
    return guard.requires(demand);
  } catch (error) {
    if (error instanceof TypeError) throw invalid(path, error.message);
    throw error;
  }
}

/** A rule bound to the guard. */
export type OpenedRule = ReturnType<Guard["requires"]>;

function parseDemand(path: string, prefix: string, value: unknown): Demand {
  if (value === "public" || value === "token") return value;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    // The guard's own parser judges its members.
    return value;
  }
  throw invalid(path, `the rule of ${prefix} is "public", "token" or an object`);
}

function invalid(path: string, why: string): Failure {
  return new Failure("config_invalid", `${path}: ${why}.`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown";
}
