// A command that only holds others, such as `latchkey users`.

import { Command } from "commander";

/** Creates a group; without one of its commands it prints its help. */
export function groupCommand(name: string, summary: string, commands: readonly Command[]): Command {
  const group = new Command(name).summary(summary).description(`${summary}.`);
  for (const command of commands) group.addCommand(command);
  return group;
}
