// How commands print one user.

import type { AdminUser } from "../../administration/answers.ts";
import { formatFields } from "../../output/text-table.ts";
import { formatTime } from "../../output/time-words.ts";

/** Formats a user as lines of name and value. */
export function formatUser(user: AdminUser): string {
  return formatFields([
    ["id", user.id],
    ["email", `${user.email}${user.email_verified ? "" : " (not verified)"}`],
    ["username", user.username ?? ""],
    ["name", user.name ?? ""],
    ["roles", user.roles.join(", ")],
    ["state", user.disabled ? "disabled" : "enabled"],
    ["created", formatTime(Date.parse(user.created_at), Date.now())],
  ]);
}
