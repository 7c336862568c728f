// Copies a text, and says that it did.

import { Button, CopyButton } from "@mantine/core";
import type { ReactElement } from "react";
import { useWords } from "../words/words.tsx";
import { Icon } from "./icons.tsx";

/** A button that copies. */
export function Copy(props: { readonly value: string; readonly label?: string }): ReactElement {
  const { t } = useWords();
  return (
    <CopyButton value={props.value}>
      {({ copied, copy }) => (
        <Button
          size="xs"
          variant="default"
          style={{ flexShrink: 0 }}
          leftSection={<Icon name={copied ? "check" : "copy"} size={16} />}
          onClick={copy}
        >
          {copied ? t("Copied") : (props.label ?? t("Copy"))}
        </Button>
      )}
    </CopyButton>
  );
}
