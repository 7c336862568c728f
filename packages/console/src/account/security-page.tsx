// How one signs in: password, passkeys, authenticator app, recovery codes.

import { Alert, Text } from "@mantine/core";
import type { ReactElement } from "react";
import { useReading } from "../api/use-api.tsx";
import type { Factors } from "../api/wire.ts";
import { Page } from "../layout/page.tsx";
import { Reading } from "../layout/states.tsx";
import { useWords } from "../words/words.tsx";
import { PasskeysCard } from "./passkeys-card.tsx";
import { PasswordCard } from "./password-card.tsx";
import { RecoveryCodesCard } from "./recovery-codes-card.tsx";
import { TotpCard } from "./totp-card.tsx";

/** The page. */
export function SecurityPage(): ReactElement {
  const { t } = useWords();
  const factors = useReading<Factors>("/auth/me/factors");
  return (
    <Page
      title={t("Sign-in and security")}
      about={t("Every change here signs out all your other devices.")}
    >
      <Reading of={factors} lines={6}>
        {(found) => (
          <>
            {found.passkeys.length === 0 && found.totp === null ? (
              <Alert color="blue" title={t("Only a password protects this account")}>
                <Text size="sm">
                  {t(
                    "Add a passkey: it signs you in by fingerprint, face or screen lock, and nobody can phish it.",
                  )}
                </Text>
              </Alert>
            ) : null}
            <PasskeysCard passkeys={found.passkeys} />
            <PasswordCard hasPassword={found.password} />
            <TotpCard totp={found.totp} />
            {found.totp !== null || found.recovery_codes.left > 0 || found.passkeys.length > 0 ? (
              <RecoveryCodesCard left={found.recovery_codes.left} />
            ) : null}
          </>
        )}
      </Reading>
    </Page>
  );
}
