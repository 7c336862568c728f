// What happened to one's account, from the audit log.

import type { ReactElement } from "react";
import { EventList } from "../layout/event-list.tsx";
import { Page } from "../layout/page.tsx";
import { useWords } from "../words/words.tsx";

/** The page. */
export function ActivityPage(): ReactElement {
  const { t } = useWords();
  return (
    <Page
      title={t("Activity")}
      about={t(
        "Sign-ins and changes of your account. Something here that was not you? Sign out everywhere and change your password.",
      )}
    >
      <EventList path="/auth/me/activity" />
    </Page>
  );
}
