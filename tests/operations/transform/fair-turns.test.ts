// Each gets an even share of the time, however long a turn takes.

import { expect, it } from "vitest";
import { FairTurns } from "../../../server/operations/transform/fair-turns.js";

const serve = (turns: FairTurns, costs: Record<string, number>, times: number): string[] => {
  const served: string[] = [];
  for (let i = 0; i < times; i++) {
    const who = turns.next(Object.keys(costs)) ?? "";
    turns.took(who, costs[who] ?? 0);
    served.push(who);
  }
  return served;
};

it("gives one that takes long one turn for many of the others", () => {
  const turns = new FairTurns();
  const costs = { long: 1_000, short: 10 };
  for (const who of Object.keys(costs)) turns.join(who);
  const served = serve(turns, costs, 204);
  expect(served.filter((who) => who === "long")).toHaveLength(3);
  expect(served.lastIndexOf("long")).toBeGreaterThan(200);
});

it("gives one that comes anew nothing for the time that it was away", () => {
  const turns = new FairTurns();
  turns.join("here");
  serve(turns, { here: 100 }, 50);
  turns.join("new");
  expect(serve(turns, { here: 100, new: 100 }, 6).filter((who) => who === "new")).toHaveLength(3);
});

it("serves nobody where nobody waits", () => {
  expect(new FairTurns().next([])).toBeUndefined();
});
