// Books an appointment: a doctor, a time on the hour or half hour, a reason.

import type { ClinicApi, Doctor } from "./clinic-api.ts";
import { card, field, h, messageBox } from "./dom.ts";

/** Milliseconds of half an hour: appointments start on these. */
const HALF_HOUR = 30 * 60_000;

/** Makes the card. @param onBooked - called when the list of appointments has changed */
export function createBookingCard(
  api: ClinicApi,
  doctors: readonly Doctor[],
  onBooked: () => Promise<void>,
): HTMLElement {
  const message = messageBox();
  if (doctors.length === 0) {
    return card(
      "Book an appointment",
      h("p", { class: "quiet" }, "No doctor has opened a calendar yet."),
    );
  }
  const doctor = h(
    "select",
    { id: "doctor" },
    ...doctors.map(({ subject, name, speciality }) =>
      h("option", { value: subject }, `${name}, ${speciality}`),
    ),
  );
  const time = h("input", { id: "time", type: "datetime-local", step: "1800", required: true });
  time.value = localTime(Math.ceil(Date.now() / HALF_HOUR + 1) * HALF_HOUR);
  const reason = h("input", { id: "reason", required: true, maxlength: "500" });
  const button = h("button", {}, "Book");

  const book = async (): Promise<void> => {
    button.disabled = true;
    message.show("");
    try {
      await api.book({
        doctor_id: doctor.value,
        starts_at: new Date(time.value).toISOString(),
        reason: reason.value,
      });
      reason.value = "";
      await onBooked();
      message.show("Booked.", true);
    } catch (error) {
      message.show(error instanceof Error ? error.message : "That did not work.");
    }
    button.disabled = false;
  };

  return card(
    "Book an appointment",
    message.element,
    h(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          void book();
        },
      },
      field("Doctor", doctor),
      field("Time", time),
      field("Reason", reason),
      button,
    ),
  );
}

// As the field writes it: the reader's own clock, without a zone.
function localTime(at: number): string {
  const date = new Date(at);
  const shifted = new Date(at - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
