// The clinic's people, and the roles that the operator gives them through the real CLI.

import { type Person, signUp } from "./people.ts";
import { runCli, type Server } from "./server.ts";

const person = (name: string): Person => ({
  email: `${name.toLowerCase().replaceAll(" ", ".")}@clinic.example`,
  password: `${name} keeps long passphrases`,
  name,
});

/** Everybody in the stories. */
export const people = {
  patient: person("Ana Patient"),
  otherPatient: person("Bo Patient"),
  doctor: person("Dora Doctor"),
  otherDoctor: person("Emil Doctor"),
  frontDesk: person("Fia Desk"),
  nurse: person("Nina Nurse"),
  leaver: person("Lea Leaver"),
} as const;

/** Signs the staff up and gives each their role. */
export async function createStaff(server: Server): Promise<void> {
  await createRole(server, "doctor", ["appointments:read-own-calendar"]);
  await createRole(server, "front-desk", ["appointments:read-any", "appointments:cancel-any"]);
  await hire(server, people.doctor, "doctor");
  await hire(server, people.otherDoctor, "doctor");
  await hire(server, people.frontDesk, "front-desk");
}

async function createRole(
  server: Server,
  name: string,
  permissions: readonly string[],
): Promise<void> {
  const flags = permissions.flatMap((permission) => ["--permission", permission]);
  await runCli(server, ["roles", "create", name, ...flags]);
}

async function hire(server: Server, person: Person, role: string): Promise<void> {
  await signUp(server, person);
  await runCli(server, ["users", "assign", person.email, role]);
}
