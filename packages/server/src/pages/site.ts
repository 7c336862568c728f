// What all pages of a server have in common: where they are, how they look, and what their forms are
// signed with. Made once, when the server opens.

import { relyingPartyOf } from "../credentials/passkeys/relying-party.ts";
import type { OriginPolicy } from "../http/csrf.ts";
import type { FormKeys } from "../http/form-token.ts";
import { Refusal } from "../http/refusal.ts";
import { loadAssets, type PageAssets } from "./assets.ts";
import type { Theme } from "./theme.ts";

/** What the pages are made of. */
export interface PageSite extends OriginPolicy {
  readonly issuer: string;
  /** Path of the issuer; "" for the root. */
  readonly path: string;
  readonly productName: string;
  readonly theme: Theme;
  readonly assets: PageAssets;
  readonly formKeys: FormKeys;
  /** Hears the code of each refusal that a form is shown again with. */
  readonly onRefusal: (code: string) => void;
  /** Whether browsers can use passkeys here: the issuer has a host name. */
  readonly hasPasskeys: boolean;
  /** Whether /account and /admin exist. */
  readonly hasConsole: boolean;
  /** Code points. */
  readonly minPasswordLength: number;
}

/** What the site is made from. */
export interface PageSettings extends OriginPolicy {
  readonly issuer: string;
  readonly productName: string;
  readonly theme: Theme;
  readonly minPasswordLength: number;
}

/** Makes the site of a server. @param at - the path of the issuer, and what is served beside */
export function createPageSite(
  settings: PageSettings,
  formKeys: FormKeys,
  { path, hasConsole, onRefusal }: Pick<PageSite, "path" | "hasConsole" | "onRefusal">,
): PageSite {
  const { issuer, origins, productName, theme, minPasswordLength } = settings;
  return {
    issuer,
    origins,
    path,
    productName,
    theme,
    minPasswordLength,
    assets: loadAssets(theme),
    formKeys,
    hasPasskeys: canUsePasskeys(issuer, origins),
    hasConsole,
    onRefusal,
  };
}

function canUsePasskeys(issuer: string, origins: ReadonlySet<string>): boolean {
  try {
    relyingPartyOf(issuer, origins);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
