// Scripts that make several logs of one: how many nodes these may come to, and what becomes of the log's other branches.

import { expect, it } from "vitest";
import { LogRoom } from "../../../server/operations/ingest/log-room.js";
import { type RunScript, walkPlan } from "../../../server/operations/ingest/walk-plan.js";
import { MOST_STEPS, type Plan, type Step } from "../../../server/records/config/plan.js";

const at = (node: string) => ({ pipeline: "p", node, type: undefined });
const store = (stream: string): Step => ({ at: at(stream), kind: "store", stream });
const script = (count: number, weight: number, stream: string): Step => ({
  at: at(`to-${stream}`),
  kind: "transform",
  transformer: `to-${stream}`,
  script: String(count),
  next: [store(stream)],
  weight,
});
const planOf = (...steps: Step[]): Plan => ({ pipeline: "p", steps, obstacles: [], ends: 1 });
/** Stands for a script that leaves as many logs as its text says. */
const runScript: RunScript = async (_, count, fields) => Array(Number(count)).fill(fields);

it("a script that would lead to too many nodes stops no other branch", async () => {
  const tooMany = script(MOST_STEPS + 2, 1, "wide");
  const plan = planOf(tooMany, script(1, 1, "one"), script(3, 1, "three"));
  const { entries, failures } = await walkPlan(
    plan,
    { a: "b" },
    { runScript, room: new LogRoom().forRequest() },
  );
  expect(entries.map(({ stream }) => stream)).toEqual(["one", "three", "three", "three"]);
  expect(failures).toEqual([
    expect.objectContaining({
      at: at("to-wide"),
      error: expect.objectContaining({ code: "INPUT_INVALID" }),
    }),
  ]);
});

it("several scripts share the number of nodes", async () => {
  const half = MOST_STEPS / 2;
  const plan = planOf(script(half + 1, 1, "a"), script(half + 1, 1, "b"), script(2, 1, "c"));
  const { entries, failures } = await walkPlan(
    plan,
    { a: "b" },
    { runScript, room: new LogRoom().forRequest() },
  );
  expect(entries).toHaveLength(MOST_STEPS + 2);
  expect(failures.map((failure) => failure.at)).toEqual([at("to-c")]);
});
