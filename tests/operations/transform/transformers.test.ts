// Many transformers of a server beside each other: slow ones hold up no others, and what is kept of them is bounded.

import { afterAll, beforeAll, expect, it } from "vitest";
import { Transformers } from "../../../server/operations/transform/transformers.js";

let transformers: Transformers;
beforeAll(() => {
  // on a busy machine the records of slow scripts wait long for their turn, and a run of a second takes more than fifteen
  transformers = new Transformers({ waitMs: 300_000, runMs: 60_000 });
});
afterAll(() => transformers.close());

/** Runs a script that leaves one log. */
const run = async (script: string, fields = {}) => {
  const [only, ...others] = await transformers.run("transformer", script, fields);
  expect(others).toEqual([]);
  return only as Record<string, string>;
};
const many = (count: number) => `split("${"x,".repeat(count)}", ",")`;
/** About a third of a second of an idle core for 100 times. */
const slow = (which: string, times = 100) =>
  `n = 0\nfor_each(${many(times)}) -> |_i, _a| { for_each(${many(100)}) -> |_i, _b| { for_each(${many(100)}) -> |_i, _c| { n = n + 1 } } }\n.n = n\n.which = "${which}"`;

it("a script that was slow goes its own way, and others come before it", async () => {
  await run(".quick = true");
  expect(await run(slow("a"))).toEqual({ n: "1030301", which: "a" });
  const order: string[] = [];
  const note = (what: string) => (fields: object) => {
    order.push(what);
    return fields;
  };
  await Promise.all([
    ...[1, 2].map(() => run(slow("a")).then(note("slow"))),
    ...[1, 2, 3].map((n) => run(`.quick = ${n}`).then(note("quick"))),
  ]);
  // a thread that the system doesn't let run may be overtaken once
  expect(order.lastIndexOf("quick")).toBeLessThanOrEqual(3);
  expect(order).toHaveLength(5);
});

// together they take more than all scripts may where they go the same way
it("of records that were stopped together each still comes to its own end", async () => {
  const texts = ["1", "2", "3"];
  const script = `if .a == "2" { ${slow("b", 250)} }\n.done = true`;
  const results = await Promise.all(texts.map((a) => run(script, { a })));
  expect(results).toEqual([
    { a: "1", done: "true" },
    { a: "2", done: "true", n: "2560451", which: "b" },
    { a: "3", done: "true" },
  ]);
});

const MANY = process.env.FLOWG_MANY_TRANSFORMERS ? 10_000 : 1_000;

it(`${MANY} scripts used in turn keep no more memory than the first hundred`, async () => {
  const use = async (from: number, to: number) => {
    for (let n = from; n < to; n += 50) {
      const some = Array.from({ length: 50 }, (_, i) => n + i);
      // some are long, and a good part of each is its own
      const scripts = some.map(
        (one) => `.n = "${one}"\n# ${`${one} `.repeat(one % 10 ? 20 : 2_000)}`,
      );
      const results = await Promise.all(scripts.map((script) => run(script)));
      expect(results).toEqual(some.map((one) => ({ n: String(one) })));
    }
  };
  await use(0, 100);
  const before = process.memoryUsage.rss();
  await use(100, MANY);
  expect(process.memoryUsage.rss() - before).toBeLessThan(96 * 1024 * 1024);
});
