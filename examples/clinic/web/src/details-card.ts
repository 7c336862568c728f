// Edits who somebody is: the name at Latchkey, the contact details here. Two services, one token.

import type { LatchkeyClient } from "@latchkey/client";
import type { ClinicApi, Contact } from "./clinic-api.ts";
import { card, field, h, messageBox } from "./dom.ts";

/** Makes the card. */
export function createDetailsCard(
  client: LatchkeyClient,
  api: ClinicApi,
  known: { readonly name: string | null; readonly contact: Contact; readonly accountUrl: string },
): HTMLElement {
  const message = messageBox();
  const input = (id: string, value: string | null, autocomplete: string): HTMLInputElement =>
    h("input", { id, value: value ?? "", autocomplete });
  const name = input("name", known.name, "name");
  const phone = input("phone", known.contact.phone, "tel");
  const address = input("address", known.contact.address, "street-address");
  const textOf = ({ value }: HTMLInputElement): string | null =>
    value.trim() === "" ? null : value.trim();

  const save = async (): Promise<void> => {
    message.show("");
    try {
      await client.request("/auth/me", { method: "PATCH", json: { name: textOf(name) } });
      await api.saveContact({ phone: textOf(phone), address: textOf(address) });
      await client.loadUser();
      message.show("Saved.", true);
    } catch (error) {
      message.show(error instanceof Error ? error.message : "That did not work.");
    }
  };

  return card(
    "Your details",
    message.element,
    h(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          void save();
        },
      },
      field("Name", name),
      field("Phone", phone),
      field("Address", address),
      h("button", {}, "Save"),
    ),
    h(
      "p",
      { class: "quiet" },
      "Password, passkeys and devices are in ",
      h("a", { href: known.accountUrl }, "your account"),
      ".",
    ),
  );
}
