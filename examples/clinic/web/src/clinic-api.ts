// The clinic's API as the page calls it. Each request goes through the client, which adds the token and,
// when it was taken back or is over, renews it and sends the request once more.

import type { LatchkeyClient } from "@latchkey/client";

/** A doctor who can be booked. */
export interface Doctor {
  readonly subject: string;
  readonly name: string;
  readonly speciality: string;
}

/** An appointment. */
export interface Appointment {
  readonly id: string;
  readonly doctor_id: string;
  readonly starts_at: string;
  readonly reason: string;
  readonly cancelled_at: string | null;
}

/** How a patient can be reached. */
export interface Contact {
  readonly phone: string | null;
  readonly address: string | null;
}

/** The clinic's API. */
export interface ClinicApi {
  doctors(): Promise<readonly Doctor[]>;
  appointments(path: "/appointments" | "/calendar" | "/schedule"): Promise<readonly Appointment[]>;
  book(booking: { doctor_id: string; starts_at: string; reason: string }): Promise<Appointment>;
  cancel(id: string): Promise<Appointment>;
  contact(): Promise<Contact>;
  saveContact(contact: Contact): Promise<Contact>;
  saveDoctor(doctor: Omit<Doctor, "subject">): Promise<Doctor>;
}

/** Makes the API of this page's own origin. */
export function createClinicApi(client: LatchkeyClient): ClinicApi {
  async function call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await client.fetch(path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
    const answer = (await response.json()) as Answer & { title?: string; detail?: string };
    // A refusal is a problem document: its detail is written for people.
    if (!response.ok) throw new Error(answer.detail ?? answer.title ?? `status ${response.status}`);
    return answer;
  }
  const items = async <Item>(path: string): Promise<readonly Item[]> =>
    (await call<{ items: readonly Item[] }>("GET", path)).items;
  return {
    doctors: () => items<Doctor>("/doctors"),
    appointments: (path) => items<Appointment>(path),
    book: (booking) => call("POST", "/appointments", booking),
    cancel: (id) => call("POST", `/appointments/${id}/cancel`),
    contact: () => call("GET", "/patients/me"),
    saveContact: (contact) => call("PATCH", "/patients/me", contact),
    saveDoctor: (doctor) => call("PUT", "/doctors/me", doctor),
  };
}
