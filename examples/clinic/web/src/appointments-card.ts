// A list of appointments: one's own, a doctor's calendar, or the front desk's schedule.

import type { Appointment, ClinicApi, Doctor } from "./clinic-api.ts";
import { card, h, messageBox } from "./dom.ts";

/** The card; `load` reads the list again. */
export interface AppointmentsCard {
  readonly element: HTMLElement;
  load(): Promise<void>;
}

/** Makes the card of a list. */
export function createAppointmentsCard(
  api: ClinicApi,
  list: {
    readonly title: string;
    readonly path: "/appointments" | "/calendar" | "/schedule";
    readonly doctors: readonly Doctor[];
    readonly canCancel: boolean;
  },
): AppointmentsCard {
  const message = messageBox();
  const entries = h("ul", { class: "list" });

  const cancel = async (id: string): Promise<void> => {
    try {
      await api.cancel(id);
      message.show("Cancelled.", true);
      await load();
    } catch (error) {
      message.show(error instanceof Error ? error.message : "That did not work.");
    }
  };

  function entryOf(appointment: Appointment): HTMLElement {
    const { id, starts_at: startsAt, doctor_id: doctorId, cancelled_at: cancelledAt } = appointment;
    const doctor = list.doctors.find(({ subject }) => subject === doctorId);
    const when = new Date(startsAt).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    const isGone = cancelledAt !== null;
    const button = h(
      "button",
      { type: "button", class: "second", onclick: () => void cancel(id) },
      "Cancel",
    );
    return h(
      "li",
      {},
      h(
        "div",
        isGone ? { class: "gone" } : {},
        h("strong", {}, when),
        h("br"),
        `${doctor === undefined ? "" : `${doctor.name}: `}${appointment.reason}`,
      ),
      isGone ? h("span", { class: "quiet" }, "cancelled") : list.canCancel ? button : null,
    );
  }

  async function load(): Promise<void> {
    const items = await api.appointments(list.path);
    entries.replaceChildren(
      ...(items.length === 0
        ? [h("li", { class: "quiet" }, "None yet.")]
        : items.map((item) => entryOf(item))),
    );
  }

  return { element: card(list.title, message.element, entries), load };
}
