// What the admin API answers about clients, as far as commands read it.

import { readIdentifier } from "../../protect-identifiers.ts";

/** A client. */
export interface ListedClient {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly audience: readonly string[];
  readonly suspended: boolean;
  readonly created_at: string;
}

/** A client and its secret. */
export interface ClientWithSecret extends ListedClient {
  readonly secret: string;
}

/** A page of clients. */
export interface ClientPage {
  readonly items: readonly ListedClient[];
  readonly next: string | null;
}

/** The path of a client in the admin API; the identifier as it stands on the command line. */
export function clientPath(argument: string): string {
  return `/auth/admin/clients/${encodeURIComponent(readIdentifier(argument))}`;
}
