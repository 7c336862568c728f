// Every command but `serve`, apart so that a server that starts does not load them: half a hundred
// small files.

import type { Command } from "commander";
import { clientsCreateCommand } from "./commands/clients/create.ts";
import { clientsDeleteCommand } from "./commands/clients/delete.ts";
import { clientsListCommand } from "./commands/clients/list.ts";
import { clientsRotateSecretCommand } from "./commands/clients/rotate-secret.ts";
import { clientsResumeCommand, clientsSuspendCommand } from "./commands/clients/suspend.ts";
import { keysRevokeCommand } from "./commands/keys/revoke.ts";
import { keysRotateCommand } from "./commands/keys/rotate.ts";
import { keysRotateKekCommand } from "./commands/keys/rotate-kek.ts";
import { tokensRevokeCommand } from "./commands/tokens/revoke.ts";
import { mailCommand } from "./commands/mail.ts";
import { whyCommand } from "./commands/why.ts";
import { auditCommand } from "./commands/audit.ts";
import { backupCommand } from "./commands/backup.ts";
import { capacityCommand } from "./commands/capacity.ts";
import type { CommandContext } from "./commands/context.ts";
import { errorsCommand } from "./commands/errors.ts";
import { gatewayCommand } from "./commands/gateway.ts";
import { groupCommand } from "./commands/group.ts";
import { keysListCommand } from "./commands/keys/list.ts";
import { keysRotateRefreshCommand } from "./commands/keys/rotate-refresh.ts";
import { migratePlanCommand } from "./commands/migrate/plan.ts";
import { migrateStatusCommand } from "./commands/migrate/status.ts";
import { migrateUpCommand } from "./commands/migrate/up.ts";
import { moveCommand } from "./commands/move.ts";
import { restoreCommand } from "./commands/restore.ts";
import { rolesCreateCommand } from "./commands/roles/create.ts";
import { rolesDeleteCommand } from "./commands/roles/delete.ts";
import { rolesListCommand } from "./commands/roles/list.ts";
import { rolesRequireMfaCommand } from "./commands/roles/require-mfa.ts";
import { rolesSetPermissionsCommand } from "./commands/roles/set-permissions.ts";
import { tokensInspectCommand } from "./commands/tokens/inspect.ts";
import { usersAssignCommand } from "./commands/users/assign.ts";
import { usersCreateCommand } from "./commands/users/create.ts";
import { usersDeleteCommand } from "./commands/users/delete.ts";
import { usersDisableCommand } from "./commands/users/disable.ts";
import { usersEnableCommand } from "./commands/users/enable.ts";
import { usersImportCommand } from "./commands/users/import.ts";
import { usersListCommand } from "./commands/users/list.ts";
import { usersResetFactorsCommand } from "./commands/users/reset-factors.ts";
import { usersSetPasswordCommand } from "./commands/users/set-password.ts";
import { usersShowCommand } from "./commands/users/show.ts";
import { usersUnassignCommand } from "./commands/users/unassign.ts";

/** Adds the commands to the program. */
export function addAdministrationCommands(program: Command, context: CommandContext): void {
  program.addCommand(
    groupCommand("users", "create, list and change users", [
      usersCreateCommand(context),
      usersImportCommand(context),
      usersListCommand(context),
      usersShowCommand(context),
      usersDisableCommand(context),
      usersEnableCommand(context),
      usersAssignCommand(context),
      usersUnassignCommand(context),
      usersSetPasswordCommand(context),
      usersResetFactorsCommand(context),
      usersDeleteCommand(context),
    ]),
  );
  program.addCommand(
    groupCommand("roles", "create, list and change roles", [
      rolesListCommand(context),
      rolesCreateCommand(context),
      rolesSetPermissionsCommand(context),
      rolesRequireMfaCommand(context),
      rolesDeleteCommand(context),
    ]),
  );
  program.addCommand(
    groupCommand("tokens", "inspect tokens, take them back", [
      tokensInspectCommand(context),
      tokensRevokeCommand(context),
    ]),
  );
  program.addCommand(auditCommand(context));
  program.addCommand(mailCommand(context));
  program.addCommand(whyCommand(context));
  program.addCommand(
    groupCommand("clients", "credentials of APIs and services", [
      clientsCreateCommand(context),
      clientsListCommand(context),
      clientsRotateSecretCommand(context),
      clientsSuspendCommand(context),
      clientsResumeCommand(context),
      clientsDeleteCommand(context),
    ]),
  );
  program.addCommand(
    groupCommand("keys", "list, rotate and take back the server's keys", [
      keysListCommand(context),
      keysRotateCommand(context),
      keysRotateRefreshCommand(context),
      keysRotateKekCommand(context),
      keysRevokeCommand(context),
    ]),
  );
  program.addCommand(
    groupCommand("migrate", "bring a PostgreSQL up to date", [
      migrateStatusCommand(context),
      migratePlanCommand(context),
      migrateUpCommand(context),
    ]),
  );
  program.addCommand(moveCommand(context));
  program.addCommand(backupCommand(context));
  program.addCommand(restoreCommand(context));
  program.addCommand(capacityCommand(context));
  program.addCommand(gatewayCommand(context));
  program.addCommand(errorsCommand(context));
}
