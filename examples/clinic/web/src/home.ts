// What a signed-in person sees. Built once for each person; parts load by themselves.

import type { LatchkeyClient, SignedIn } from "@latchkey/client";
import { createAppointmentsCard } from "./appointments-card.ts";
import { createBookingCard } from "./booking-card.ts";
import { type ClinicApi, createClinicApi } from "./clinic-api.ts";
import { createDetailsCard } from "./details-card.ts";
import { createDoctorCard } from "./doctor-card.ts";
import { h } from "./dom.ts";
import { createTokenCard } from "./token-card.ts";

/** The page of somebody who is signed in. */
export interface Home {
  readonly element: HTMLElement;
  update(session: SignedIn): void;
}

/** Makes the page. @param onChange - asks for the page to be made anew */
export function createHome(
  client: LatchkeyClient,
  session: SignedIn,
  { issuer, onChange }: { readonly issuer: string; readonly onChange: () => void },
): Home {
  const api = createClinicApi(client);
  const tokenCard = createTokenCard();
  const left = h("div", { class: "cards" });
  const right = h("div", { class: "cards" }, tokenCard.element);
  const element = h("main", { class: "cards two" }, left, right);
  fill(client, api, { session, issuer, onChange, left }).catch((error: unknown) => {
    left.append(h("p", { class: "message" }, error instanceof Error ? error.message : "Failed"));
  });
  return {
    element,
    update: (next) => tokenCard.update(next),
  };
}

async function fill(
  client: LatchkeyClient,
  api: ClinicApi,
  page: {
    readonly session: SignedIn;
    readonly issuer: string;
    readonly onChange: () => void;
    readonly left: HTMLElement;
  },
): Promise<void> {
  const { session, issuer, onChange, left } = page;
  const [doctors, contact, user] = await Promise.all([
    api.doctors(),
    api.contact(),
    client.loadUser(),
  ]);
  const may = (permission: string): boolean => session.permissions.includes(permission);
  const own = createAppointmentsCard(api, {
    title: "Your appointments",
    path: "/appointments",
    doctors,
    canCancel: true,
  });
  const lists = [own];
  left.append(
    createBookingCard(api, doctors, () => own.load()),
    own.element,
  );
  if (may("appointments:read-own-calendar")) {
    const entry = doctors.find(({ subject }) => subject === session.userId);
    const known = { name: entry?.name ?? user?.name ?? "", speciality: entry?.speciality ?? "" };
    const calendar = createAppointmentsCard(api, {
      title: "Your calendar",
      path: "/calendar",
      doctors: [],
      canCancel: true,
    });
    lists.push(calendar);
    left.append(calendar.element, createDoctorCard(api, known, onChange));
  }
  if (may("appointments:read-any")) {
    const schedule = createAppointmentsCard(api, {
      title: "Everybody's appointments",
      path: "/schedule",
      doctors,
      canCancel: may("appointments:cancel-any"),
    });
    lists.push(schedule);
    left.append(schedule.element);
  }
  left.append(
    createDetailsCard(client, api, {
      name: user?.name ?? null,
      contact,
      accountUrl: `${issuer}/account`,
    }),
  );
  await Promise.all(lists.map((list) => list.load()));
}
