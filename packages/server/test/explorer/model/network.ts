// The network: a set of messages. It may deliver each of them any number of times, at any moment and
// in any order, or never, until it is too old: a request must be decided within the window's length
// of being sent, else the server answers 503, and a client stops waiting for its answer.

import type { Scenario } from "../rules.ts";
import { passWindow } from "../theft-watch.ts";
import { judgeOwner } from "../theorems.ts";
import { deliver, keyName, tokenName } from "./owner.ts";
import { aged, decide } from "./server.ts";
import { type Answer, idle, type Move, outside, type World } from "./world.ts";

/** A request arrives, is decided and stays in the network for a second arrival. */
export function arrive(world: World, index: number, scenario: Scenario): readonly Move[] {
  const request = world.requests[index];
  if (request === undefined) return [];
  const decided = decide(world, request, scenario);
  const judged = judgeOwner(world, request, { decided, scenario });
  const name = `the owner's ${tokenName(world, request.token)}${keyName(world, request.key)} arrives: ${decided.kind}`;
  if (judged.broken !== undefined) return [{ ...judged, name }];
  const isHeard = decided.generation !== null || scenario.rules.settledBy === "any answer";
  if (!isHeard) return judged.world === world ? [] : [{ ...judged, name }];
  const { generation } = decided;
  const { key, age, place } = request;
  return withAnswer(judged.world, { generation, key, age, place }, { scenario, name });
}

/** A request is refused without being decided: 503. It only matters to a client that settles by it. */
export function refuse(world: World, index: number, scenario: Scenario): readonly Move[] {
  const request = world.requests[index];
  if (request === undefined || scenario.rules.settledBy === "new token") return [];
  const { key, age, place } = request;
  const name = `the owner's ${tokenName(world, request.token)} arrives: 503`;
  return withAnswer(world, { generation: null, key, age, place }, { scenario, name });
}

function withAnswer(
  world: World,
  answer: Answer,
  context: { readonly scenario: Scenario; readonly name: string },
): readonly Move[] {
  const { name } = context;
  const { answers } = world;
  if (answers.length < context.scenario.setting.answers) {
    return [{ name, world: { ...world, answers: [...answers, answer] } }];
  }
  return answers.map((_lost, index) => ({
    name: `${name}; an earlier answer is lost`,
    world: { ...world, answers: [...answers.filter((_other, at) => at !== index), answer] },
  }));
}

/** An answer arrives, and stays in the network for a second arrival. */
export function answered(world: World, index: number, scenario: Scenario): readonly Move[] {
  const answer = world.answers[index];
  return answer === undefined ? [] : deliver(world, answer, scenario);
}

/** A tick of every clock. Messages that are too old are lost. */
export function tick(world: World, scenario: Scenario): readonly Move[] {
  const { rules } = scenario;
  if (world.store.age >= idle(scenario)) return [];
  if (mustWait(world, scenario)) return [];
  const store = aged(world.store, 1, scenario);
  const isClosed = store.age === outside(scenario) && world.store.age < store.age;
  const next: World = {
    ...world,
    store,
    lateCookies: world.store.age < rules.answerLife ? world.lateCookies : 0,
    history: world.history.map((row) => aged(row, 1, scenario)),
    requests: world.requests
      .filter(({ age, token }) => {
        const isLate = age >= rules.requestLife;
        return !isLate && !(isClosed && isKeyless(world, scenario) && token < store.generation);
      })
      .map((request) => ({ ...request, age: request.age + 1 })),
    answers: world.answers
      .filter(({ age }) => age < rules.answerLife)
      .map((answer) => ({ ...answer, age: answer.age + 1 })),
  };
  return [
    {
      name: isClosed ? "a tick: the window closes" : "a tick",
      world: isClosed ? passWindow(next) : next,
    },
  ];
}

// A client without keys has the window only: it retries a lost answer until it arrives, and each
// retry is decided inside the window.
function mustWait(world: World, scenario: Scenario): boolean {
  const isClosing = world.store.age === outside(scenario) - 1;
  const isWaiting = world.owner.seen < world.store.generation;
  return isKeyless(world, scenario) && isClosing && isWaiting;
}

function isKeyless(world: World, scenario: Scenario): boolean {
  return scenario.setting.client === "keyless" && world.thief === null;
}

/** Nobody does anything until the session is past its idle end. */
export function fallIdle(world: World, scenario: Scenario): readonly Move[] {
  if (!scenario.setting.goesIdle || world.store.age >= idle(scenario)) return [];
  const late = <Row extends { readonly age: number }>(row: Row): Row => ({
    ...row,
    age: idle(scenario),
  });
  return [
    {
      name: "a month passes",
      world: {
        ...world,
        store: late(world.store),
        history: world.history.map(late),
        requests: [],
        answers: [],
      },
    },
  ];
}

/** The database's clock jumps by one tick: another node's clock took over, or it was set. */
export function jump(world: World, scenario: Scenario): readonly Move[] {
  if (world.clockJumps === 0) return [];
  const clockJumps = world.clockJumps - 1;
  // It would close the window that a client without keys depends on.
  const { requests, owner, store } = world;
  const isLate = requests.some(({ token }) => token < store.generation);
  const isFragile = isKeyless(world, scenario) && (isLate || owner.seen < store.generation);
  return (isFragile ? ([-1] as const) : ([1, -1] as const)).map((ticks) => ({
    name: ticks > 0 ? "the clock jumps forward" : "the clock is set back",
    world: {
      ...world,
      clockJumps,
      store: aged(world.store, ticks, scenario),
      history: world.history.map((row) => aged(row, ticks, scenario)),
    },
  }));
}
