// Selects somebody by what an administrator knows of them: a part of the address or the name, or the
// account id, which is all that is left of somebody who was deleted.

import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactElement, useState } from "react";
import { useReading } from "../api/use-api.tsx";
import type { Page, User } from "../api/wire.ts";
import { useWords } from "../words/words.tsx";

/** Milliseconds after the last key until the search is sent. */
const TYPING_PAUSE = 250;

/** Accounts offered at most. */
const MOST = 8;

const ACCOUNT_ID = /^[A-Za-z0-9_-]{22}$/;

/** The field; its value is an account id. */
export function PersonSelect(props: {
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}): ReactElement {
  const { t } = useWords();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<Option | null>(null);
  const [settled] = useDebouncedValue(text.trim(), TYPING_PAUSE);
  const isSearching = settled !== "" && settled !== chosen?.label;
  const query = new URLSearchParams({ search: settled, limit: String(MOST) });
  const found = useReading<Page<User>>(`/auth/admin/users?${query.toString()}`, {
    isEnabled: isSearching,
  });
  const options: Option[] = (isSearching ? (found.data?.items ?? []) : []).map(optionOf);
  const id = text.trim();
  if (ACCOUNT_ID.test(id) && !options.some(({ value }) => value === id)) {
    options.push({ value: id, label: id });
  }
  if (chosen !== null && !options.some(({ value }) => value === chosen.value)) options.push(chosen);

  return (
    <Select
      aria-label={t("Person")}
      placeholder={t("E-mail address, name or account id")}
      data={options}
      // The server has searched already.
      filter={({ options: all }) => all}
      value={props.value}
      onChange={(value, option) => {
        setChosen(value === null ? null : option);
        props.onChange(value);
      }}
      searchValue={text}
      onSearchChange={setText}
      nothingFoundMessage={isSearching && found.isSuccess ? t("Nobody fits") : undefined}
      searchable
      clearable
      style={{ flex: "1 1 260px" }}
    />
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
}

function optionOf({ id, name, email }: User): Option {
  return { value: id, label: name === null ? email : `${name} (${email})` };
}
