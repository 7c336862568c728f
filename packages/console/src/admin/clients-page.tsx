// Clients: guards that may introspect or read a closed feed, and services with secrets.

import {
  Badge,
  Button,
  Group,
  Modal,
  Select,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { type ReactElement, useState } from "react";
import { problemAt } from "../api/problem.ts";
import { useAction, useReading } from "../api/use-api.tsx";
import type { Client, Page as WirePage } from "../api/wire.ts";
import { Copy } from "../layout/copy-button.tsx";
import { ConfirmButton, FormDialog } from "../layout/dialog.tsx";
import { Icon } from "../layout/icons.tsx";
import { Card, Page } from "../layout/page.tsx";
import { Empty, Reading } from "../layout/states.tsx";
import { Ago } from "../layout/time.tsx";
import { useWords } from "../words/words.tsx";

const PATH = "/auth/admin/clients";

interface WithSecret {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
}

/** The page. */
export function ClientsPage(): ReactElement {
  const { t } = useWords();
  const clients = useReading<WirePage<Client>>(`${PATH}?limit=200`);
  const [isCreating, setCreating] = useState(false);
  const [shown, setShown] = useState<WithSecret | null>(null);
  return (
    <Page
      title={t("Clients")}
      about={t(
        "Programs with a secret of their own, such as a guard that asks about tokens. Verifying tokens needs none.",
      )}
      actions={
        <Button leftSection={<Icon name="plus" size={18} />} onClick={() => setCreating(true)}>
          {t("Create client")}
        </Button>
      }
    >
      <Card isFlush>
        <Reading of={clients}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty
                icon="plug"
                title={t("No client yet")}
                about={t("Most APIs need none: a guard verifies tokens by public keys.")}
              />
            ) : (
              <ul className="lk-list">
                {items.map((client) => (
                  <ClientRow key={client.id} client={client} onSecret={setShown} />
                ))}
              </ul>
            )
          }
        </Reading>
      </Card>
      {isCreating ? (
        <CreateDialog
          onClose={() => setCreating(false)}
          onDone={(made) => {
            setCreating(false);
            setShown(made);
          }}
        />
      ) : null}
      <Modal
        opened={shown !== null}
        onClose={() => setShown(null)}
        title={t("Secret of {name}", { name: shown?.name ?? "" })}
        centered
        closeOnClickOutside={false}
        closeButtonProps={{ "aria-label": t("Close") }}
      >
        <Stack gap="md">
          <Text size="sm">{t("It is shown this one time; only its hash is kept.")}</Text>
          <LabelledCopy label={t("Client id")} value={shown?.id ?? ""} />
          <LabelledCopy label={t("Secret")} value={shown?.secret ?? ""} />
          <Group justify="flex-end">
            <Button onClick={() => setShown(null)}>{t("I have kept it")}</Button>
          </Group>
        </Stack>
      </Modal>
    </Page>
  );
}

function LabelledCopy(props: { readonly label: string; readonly value: string }): ReactElement {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {props.label}
      </Text>
      <Group justify="space-between" wrap="nowrap">
        <span className="lk-token">{props.value}</span>
        <Copy value={props.value} />
      </Group>
    </div>
  );
}

function ClientRow(props: {
  readonly client: Client;
  readonly onSecret: (made: WithSecret) => void;
}): ReactElement {
  const { t } = useWords();
  const { client, onSecret } = props;
  const path = `${PATH}/${client.id}`;
  const suspend = useAction({
    send: (api) => api.patch(path, { suspended: !client.suspended }),
    changes: [PATH],
    done: client.suspended ? t("Client acts again") : t("Client suspended"),
  });
  const renew = useAction<void, WithSecret>({
    send: (api) => api.post(`${path}/secret`),
    changes: [PATH],
    onDone: onSecret,
  });
  const remove = useAction({
    send: (api) => api.delete(path),
    changes: [PATH],
    done: t("Client deleted"),
  });
  return (
    <li className="lk-card-row">
      <Group justify="space-between" px="lg" py="md" gap="sm" align="flex-start">
        <div style={{ flex: "1 1 280px" }}>
          <Group gap="xs">
            <Text fw={600}>{client.name}</Text>
            <Badge variant="default" tt="none" fw={500}>
              {client.kind === "guard" ? t("Guard") : t("Service")}
            </Badge>
            {client.suspended ? (
              <Badge color="red" variant="light">
                {t("Suspended")}
              </Badge>
            ) : null}
          </Group>
          <Text size="sm" c="dimmed">
            <span className="lk-mono">{client.id}</span> · {t("secret changed")}{" "}
            <Ago at={client.secret_changed_at} />
          </Text>
        </div>
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            loading={suspend.isRunning}
            onClick={() => suspend.run()}
          >
            {client.suspended ? t("Let it act again") : t("Suspend")}
          </Button>
          <ConfirmButton
            label={t("New secret")}
            title={t("Give {name} a new secret?", { name: client.name })}
            about={t("The old one stops working at once.")}
            confirm={t("New secret")}
            isRunning={renew.isRunning}
            onConfirm={() => renew.run()}
          />
          <ConfirmButton
            label={t("Delete")}
            title={t("Delete {name}?", { name: client.name })}
            about={t("It can do nothing any more.")}
            confirm={t("Delete")}
            isRunning={remove.isRunning}
            onConfirm={() => remove.run()}
          />
        </Group>
      </Group>
    </li>
  );
}

function CreateDialog(props: {
  readonly onClose: () => void;
  readonly onDone: (made: WithSecret) => void;
}): ReactElement {
  const { t } = useWords();
  const [name, setName] = useState("");
  const [kind, setKind] = useState<string | null>("guard");
  const [audience, setAudience] = useState<string[]>([]);
  const create = useAction<void, WithSecret>({
    send: (api) => api.post(PATH, { kind, name: name.trim(), audience }),
    changes: [PATH],
    isQuiet: true,
    onDone: props.onDone,
  });
  return (
    <FormDialog
      isOpen
      title={t("Create client")}
      submit={t("Create client")}
      isRunning={create.isRunning}
      problem={create.problem}
      fields={["name", "audience"]}
      onClose={props.onClose}
      onSubmit={() => create.run()}
    >
      <TextInput
        label={t("Name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={100}
        error={problemAt(create.problem, "name")}
        required
        data-autofocus
      />
      <Select
        label={t("What it is")}
        data={[
          { value: "guard", label: t("Guard: asks about tokens") },
          { value: "service", label: t("Service: acts by itself") },
        ]}
        value={kind}
        onChange={setKind}
        allowDeselect={false}
      />
      <TagsInput
        label={t("Audiences")}
        description={t("Empty: the server's own.")}
        value={audience}
        onChange={setAudience}
        acceptValueOnBlur
        error={problemAt(create.problem, "audience")}
      />
    </FormDialog>
  );
}
