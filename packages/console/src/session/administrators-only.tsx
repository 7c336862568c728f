// The administration, for those who may. The server decides at every request; this only spares
// others a page of refusals.

import { Outlet } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Page } from "../layout/page.tsx";
import { ToAccount } from "../layout/whole-page.tsx";
import { useWords } from "../words/words.tsx";
import { useIsAdministrator } from "./session-context.tsx";

/** The pages of the administration, or why not. */
export function AdministratorsOnly(): ReactElement {
  const { t } = useWords();
  if (useIsAdministrator()) return <Outlet />;
  return (
    <Page
      title={t("This part is for administrators")}
      about={t("Ask an administrator for the role, then come back: no need to sign in again.")}
    >
      <ToAccount />
    </Page>
  );
}
