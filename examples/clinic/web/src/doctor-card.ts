// A doctor's own entry: shown to whoever has the permission. Hiding it is a courtesy; what somebody
// may do, the API decides.

import type { ClinicApi } from "./clinic-api.ts";
import { card, field, h, messageBox } from "./dom.ts";

/** Makes the card. @param onSaved - called when the list of doctors has changed */
export function createDoctorCard(
  api: ClinicApi,
  known: { readonly name: string; readonly speciality: string },
  onSaved: () => void,
): HTMLElement {
  const message = messageBox();
  const name = h("input", { id: "doctor-name", value: known.name, required: true });
  const speciality = h("input", { id: "speciality", value: known.speciality, required: true });
  const save = async (): Promise<void> => {
    try {
      await api.saveDoctor({ name: name.value, speciality: speciality.value });
      onSaved();
    } catch (error) {
      message.show(error instanceof Error ? error.message : "That did not work.");
    }
  };
  return card(
    "Your entry among the doctors",
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
      field("Speciality", speciality),
      h("button", {}, "Save"),
    ),
  );
}
