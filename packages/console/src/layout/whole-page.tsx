// What stands in a page's place: it loads, it broke, or there is none.

import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useWords } from "../words/words.tsx";
import { Card } from "./page.tsx";
import { Empty, Loading } from "./states.tsx";

/** A page that loads. */
export function PagePending(): ReactElement {
  return <Loading lines={6} />;
}

/** A page that broke: most often its files are of an older version than the server. */
export function PageFailure(): ReactElement {
  const { t } = useWords();
  return (
    <Card>
      <Empty
        icon="ban"
        title={t("This page could not be shown")}
        about={t("The console may have been updated meanwhile. Reload to get the new one.")}
        action={<Button onClick={() => location.reload()}>{t("Reload")}</Button>}
      />
    </Card>
  );
}

/** No such page. */
export function NotFound(): ReactElement {
  const { t } = useWords();
  return (
    <Card>
      <Empty
        icon="lens"
        title={t("There is no such page")}
        about={t("The link may be old, or mistyped.")}
        action={
          <Button component={Link} to="/account" variant="default">
            {t("To your account")}
          </Button>
        }
      />
    </Card>
  );
}
