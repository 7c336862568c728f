// Everything that can happen next in a world.

import type { Scenario } from "../rules.ts";
import { rollBackWatch } from "../theft-watch.ts";
import { canonical } from "./canonical.ts";
import { answered, arrive, fallIdle, jump, refuse, tick } from "./network.ts";
import { overwrite, send } from "./owner.ts";
import { rolledBack } from "./server.ts";
import { present, steal } from "./thief.ts";
import type { Move, World } from "./world.ts";

/** Lists the moves of a world. Their worlds are canonical. */
export function movesOf(world: World, scenario: Scenario): readonly Move[] {
  if (world.hasEnded) return [];
  const moves = [
    ...send(world, scenario),
    ...world.requests.flatMap((_, index) => arrive(world, index, scenario)),
    ...world.requests.flatMap((_, index) => refuse(world, index, scenario)),
    ...world.answers.flatMap((_, index) => answered(world, index, scenario)),
    ...tick(world, scenario),
    ...fallIdle(world, scenario),
    ...overwrite(world, scenario),
    ...jump(world, scenario),
    ...rolledBack(world, scenario).map((earlier, index) => ({
      name: index === 0 ? "the store loses a write" : `the store loses ${index + 1} writes`,
      world: rollBackWatch(earlier, { scenario, lost: index + 1 }),
    })),
    ...steal(world, scenario),
    ...present(world, scenario),
  ];
  return moves.map((move) => ({ ...move, world: canonical(move.world, scenario) }));
}
