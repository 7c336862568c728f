// The first administrator, made by the operator with the real CLI.

import { logIn, type Person } from "./people.ts";
import { runCli, type Server } from "./server.ts";

const administrator: Person = {
  email: "root@clinic.example",
  password: "the administrator's long passphrase",
  name: "Root",
};

/** Creates the administrator and answers an access token with every right. */
export async function createAdministrator(server: Server): Promise<string> {
  const { email, password } = administrator;
  await runCli(server, ["users", "create", email], `${password}\n`);
  await runCli(server, ["users", "assign", email, "administrator"]);
  return logInAdministrator(server);
}

/** Signs the administrator in again. */
export async function logInAdministrator(server: Server): Promise<string> {
  return (await logIn(server, administrator)).access_token;
}
