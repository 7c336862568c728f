// The administration, for those who may. The server decides at every request; this only spares
// others a page of refusals.

import { Button } from "@mantine/core";
import { Link, Outlet } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Card } from "../layout/page.tsx";
import { Empty } from "../layout/states.tsx";
import { useWords } from "../words/words.tsx";
import { useIsAdministrator } from "./session-context.tsx";

/** The pages of the administration, or why not. */
export function AdministratorsOnly(): ReactElement {
  const { t } = useWords();
  if (useIsAdministrator()) return <Outlet />;
  return (
    <Card>
      <Empty
        icon="shield"
        title={t("This part is for administrators")}
        about={t("Ask an administrator for the role, then come back: no need to sign in again.")}
        action={
          <Button component={Link} to="/account" variant="default">
            {t("To your account")}
          </Button>
        }
      />
    </Card>
  );
}
