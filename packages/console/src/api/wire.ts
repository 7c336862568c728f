// What the server answers, as the console reads it. Times are RFC 3339 texts.

/** A page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** A user. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly username: string | null;
  readonly name: string | null;
  readonly roles: readonly string[];
  readonly created_at: string;
  /** For administrators. */
  readonly disabled?: boolean;
}

/** A signed-in device. */
export interface Device {
  readonly id: string;
  readonly device: string | null;
  readonly place: string | null;
  readonly created_at: string;
  readonly last_seen_at: string;
  readonly current: boolean;
}

/** A role. */
export interface Role {
  readonly name: string;
  readonly description: string | null;
  readonly permissions: readonly string[];
  readonly requires_mfa?: boolean;
  readonly created_at: string;
}

/** A key of tokens, of the feed, or of refresh tokens. */
export interface Key {
  readonly kid: string;
  readonly alg: string;
  readonly purpose: "signing" | "feed" | "refresh";
  readonly state: "current" | "next" | "retired" | "expired" | "revoked";
  readonly created_at: string;
  readonly active_at: string;
  readonly retired_at: string | null;
}

/** One's own factors. */
export interface Factors {
  readonly totp: { readonly confirmed_at: string } | null;
  readonly passkeys: readonly Passkey[];
  readonly recovery_codes: { readonly left: number };
  readonly password: boolean;
}

/** A passkey. */
export interface Passkey {
  readonly id: string;
  readonly name: string | null;
  readonly created_at: string;
  readonly last_used_at: string | null;
  readonly synced: boolean;
}

/** A line of the audit log. */
export interface AuditEvent {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly outcome: string;
  readonly actor_id?: string | null;
  readonly user_id?: string | null;
  readonly session_id?: string | null;
  readonly address: string | null;
  readonly user_agent?: string | null;
  readonly device?: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A registered client. */
export interface Client {
  readonly id: string;
  readonly kind: "guard" | "service";
  readonly name: string;
  readonly audience: readonly string[];
  readonly suspended: boolean;
  readonly created_at: string;
  readonly secret_changed_at: string;
}

/** A mail that stays in memory. */
export interface Mail {
  readonly at: string;
  readonly kind: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A setting. */
export interface Setting {
  readonly name: string;
  readonly value: string;
  readonly source: string;
  readonly is_default: boolean;
  readonly effect: string;
}

/** One minute of the dashboard. */
export interface StatisticsMinute {
  readonly at: string;
  readonly sign_ins: { readonly succeeded: number; readonly failed: number };
  readonly renewals: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  readonly active_sessions: number | null;
  readonly propagation: {
    readonly deliveries: number;
    readonly mean: number;
    readonly longest: number;
  };
}

/** The dashboard. */
export interface StatisticsAnswer {
  readonly since: string;
  readonly now: string;
  readonly minutes: readonly StatisticsMinute[];
}

/** A token, read. */
export interface Inspection {
  readonly header: Readonly<Record<string, unknown>> | null;
  readonly claims: Readonly<Record<string, unknown>> | null;
}

/** A token, read, and judged where it is one's own. */
export interface OwnInspection extends Inspection {
  readonly type: Explanation["type"];
  readonly accepted: boolean | null;
  readonly reason: string | null;
  readonly because: readonly string[];
}

/** Why a token is taken or refused. */
export interface Explanation {
  readonly type: "access_token" | "refresh_token" | "unknown";
  readonly accepted: boolean;
  readonly reason: string | null;
  readonly because: readonly string[];
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly events: readonly {
    readonly at: string;
    readonly kind: string;
    readonly actor_id: string | null;
    readonly detail: Readonly<Record<string, unknown>>;
  }[];
}
