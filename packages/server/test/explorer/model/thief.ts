// The thief: copies the owner's token once, at any moment, and perhaps the attempt keys with it. From
// then on it presents what it has whenever it likes, under keys of its own, under none or under the
// copied ones, and loses nothing: a thief who loses an answer is one who had done less.

import type { Scenario } from "../rules.ts";
import { judgeTheft, startWatch } from "../theft-watch.ts";
import { keyName, selectToken, tokenName } from "./owner.ts";
import { decide, type Presented } from "./server.ts";
import { EMPTY, FOREIGN, type Move, NO_KEY, THIEF_KEY, type Thief, type World } from "./world.ts";

/** Copies the owner's highest token. */
export function steal(world: World, scenario: Scenario): readonly Move[] {
  const { theft } = scenario.setting;
  if (theft === "none" || world.thief !== null) return [];
  const token = selectToken(world, scenario);
  if (token === EMPTY || token === FOREIGN) return [];
  const { pending, settled, tokens } = world.owner;
  const copied = theft === "token" ? [] : [...pending, ...settled];
  const thief: Thief = {
    token,
    hasPrevious: tokens.includes(token - 1),
    keys: copied.filter((key) => key !== NO_KEY),
  };
  const name = `a thief copies ${tokenName(world, token)}${theft === "token" ? "" : " and the keys"}`;
  return [
    {
      name,
      world: {
        ...world,
        thief,
        watch: startWatch(world, { token, keys: scenario.rules.settledKeys + 2, scenario }),
      },
    },
  ];
}

/** Everything that the thief can present. */
export function present(world: World, scenario: Scenario): readonly Move[] {
  const { thief } = world;
  if (thief === null) return [];
  return presentations(thief, scenario).flatMap((presented): readonly Move[] => {
    const decided = decide(world, presented, scenario);
    const token = Math.max(thief.token, decided.generation ?? thief.token);
    const next: Thief =
      token === thief.token ? thief : { ...thief, token, hasPrevious: token === thief.token + 1 };
    const judged = judgeTheft(world, presented, { decided, scenario, by: "thief" });
    const key = presented.key === THIEF_KEY ? " under its own key" : keyName(world, presented.key);
    const name = `the thief presents ${tokenName(world, presented.token)}${key}: ${decided.kind}`;
    if (judged.broken === undefined && judged.world === world && next === thief) return [];
    return [{ ...judged, name, world: { ...judged.world, thief: next } }];
  });
}

function presentations(thief: Thief, { setting }: Scenario): readonly Presented[] {
  const keys = [
    ...(setting.thiefKeys === "none" ? [] : [THIEF_KEY]),
    ...(setting.thiefKeys === "own" ? [] : [NO_KEY]),
    ...thief.keys,
  ];
  const tokens = thief.hasPrevious ? [thief.token, thief.token - 1] : [thief.token];
  return tokens.flatMap((token) => keys.map((key) => ({ token, key, settled: [] })));
}
