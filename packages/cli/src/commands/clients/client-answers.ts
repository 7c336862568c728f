// What the admin API answers about clients, as far as commands read it.

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

/** The path of a client in the admin API. */
export function clientPath(id: string): string {
  return `/auth/admin/clients/${encodeURIComponent(id)}`;
}
