// One-time codes and addresses that wait for their proof.

import type { Migration } from "./migration.ts";

export const codesAndAddresses: Migration = {
  number: 4,
  name: "codes-and-addresses",
  sqlite: [],
  postgres: [],
};
