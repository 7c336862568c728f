// Dialogs: a form in a window of its own, and the question before something that cannot be undone.

import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { type ReactElement, type ReactNode, type SubmitEvent, useEffect, useState } from "react";
import { type ProblemError, problemBeside } from "../api/problem.ts";
import { useWords } from "../words/words.tsx";
import { Failure } from "./states.tsx";

/** A form in a window; the problem of its action is shown in it. */
export function FormDialog(props: {
  readonly isOpen: boolean;
  readonly title: string;
  readonly submit: string;
  readonly isRunning?: boolean;
  readonly isDangerous?: boolean;
  readonly isDisabled?: boolean;
  readonly problem?: ProblemError | null;
  /** Members of the request whose fields say themselves what is wrong with them. */
  readonly fields?: readonly string[];
  readonly size?: string;
  readonly onClose: () => void;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}): ReactElement {
  const { t } = useWords();
  useFocusReturned(props.isOpen);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    props.onSubmit();
  };
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={props.title}
      size={props.size ?? "md"}
      centered
      closeButtonProps={{ "aria-label": t("Close") }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {props.children}
          <Failure problem={problemBeside(props.problem ?? null, props.fields ?? [])} />
          <Group justify="flex-end" gap="sm" mt="xs">
            <Button variant="default" onClick={props.onClose}>
              {t("Cancel")}
            </Button>
            <Button
              type="submit"
              {...(props.isDangerous === true ? { color: "red.9" } : {})}
              loading={props.isRunning ?? false}
              disabled={props.isDisabled ?? false}
            >
              {props.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

// The keyboard goes on where it was before the dialog, also when the dialog is taken off the page at
// once with whoever opened it still there.
function useFocusReturned(isOpen: boolean): void {
  useEffect(() => {
    if (!isOpen) return undefined;
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement && before.isConnected)
        before.focus({ preventScroll: true });
    };
  }, [isOpen]);
}

/** A button that asks before it acts. */
export function ConfirmButton(props: {
  readonly label: string;
  readonly title: string;
  readonly about: ReactNode;
  readonly confirm: string;
  readonly isRunning: boolean;
  readonly onConfirm: () => void;
  readonly size?: string;
  readonly accessibleLabel?: string;
}): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="default"
        size={props.size ?? "xs"}
        loading={props.isRunning}
        onClick={() => setOpen(true)}
        {...(props.accessibleLabel === undefined ? {} : { "aria-label": props.accessibleLabel })}
      >
        {props.label}
      </Button>
      <FormDialog
        isOpen={isOpen}
        title={props.title}
        submit={props.confirm}
        isDangerous
        onClose={() => setOpen(false)}
        onSubmit={() => {
          setOpen(false);
          props.onConfirm();
        }}
      >
        <Text size="sm">{props.about}</Text>
      </FormDialog>
    </>
  );
}
