// The path of one role in the admin API, and how commands print one.

import type { AdminRole } from "../../administration/answers.ts";
import { formatFields } from "../../output/text-table.ts";

/** The path of a role. */
export function rolePath(name: string): string {
  return `/auth/admin/roles/${encodeURIComponent(name)}`;
}

/** Formats a role as lines of name and value. */
export function formatRole(role: AdminRole): string {
  return formatFields([
    ["name", role.name],
    ["description", role.description ?? ""],
    ["permissions", role.permissions.join(", ")],
    ...(role.requires_mfa ? [["second factor", "required"] as const] : []),
  ]);
}
