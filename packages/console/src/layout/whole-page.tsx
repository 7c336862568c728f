// What stands in a page's place: it loads, it broke, or there is none.

import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useWords } from "../words/words.tsx";
import { Page } from "./page.tsx";
import { Loading } from "./states.tsx";

/** A page that loads. */
export function PagePending(): ReactElement {
  return <Loading lines={6} />;
}

/** A page that broke: most often its files are of an older version than the server. */
export function PageFailure(): ReactElement {
  const { t } = useWords();
  return (
    <Page
      title={t("This page could not be shown")}
      about={t("The console may have been updated meanwhile. Reload to get the new one.")}
    >
      <div>
        <Button onClick={() => location.reload()}>{t("Reload")}</Button>
      </div>
    </Page>
  );
}

/** No such page. */
export function NotFound(): ReactElement {
  const { t } = useWords();
  return (
    <Page title={t("There is no such page")} about={t("The link may be old, or mistyped.")}>
      <ToAccount />
    </Page>
  );
}

/** The way back to where everybody may be. */
export function ToAccount(): ReactElement {
  const { t } = useWords();
  return (
    <div>
      <Button component={Link} to="/account" variant="default">
        {t("To your account")}
      </Button>
    </div>
  );
}
