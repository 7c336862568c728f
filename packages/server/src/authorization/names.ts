// Names of roles and permissions.

import { z } from "@hono/zod-openapi";

/** The role that the first administrator gets; it cannot be removed or weakened. */
export const ADMINISTRATOR_ROLE = "administrator";

/** The permission that opens /auth/admin. */
export const ADMIN_PERMISSION = "latchkey:admin";

/** Distinct permissions in all roles together; what a token can list (MAX_LIST_CLAIM). */
export const MAX_PERMISSIONS = 256;

/** Roles of one user. */
export const MAX_USER_ROLES = 64;

/** Roles that can exist. */
export const MAX_ROLES = 1000;

/** Characters of a role's description. */
export const MAX_DESCRIPTION_LENGTH = 200;

const NAME = /^[a-z][a-z0-9:._-]{0,63}$/;

/** The name of a role or permission. */
export const grantNameSchema = z
  .string()
  .regex(NAME, "a-z first, then up to 63 of a-z, 0-9, colon, dot, underscore and hyphen")
  .openapi({ example: "appointments:write" });
