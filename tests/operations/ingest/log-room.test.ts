// The room of logs on their way: what takes of it, what gives back, and what a log is told that finds none.

import { describe, expect, it } from "vitest";
import {
  LogRoom,
  REQUEST_BYTES,
  type RequestRoom,
  SERVER_BYTES,
} from "../../../server/operations/ingest/log-room.js";
import { type RunScript, walkPlan } from "../../../server/operations/ingest/walk-plan.js";
import type { Plan, Step } from "../../../server/records/config/plan.js";
import { WrittenFields } from "../../../server/records/logs/written-fields.js";

const MIB = 1024 * 1024;
const at = (node: string) => ({ pipeline: "p", node, type: undefined });
const store = (stream: string): Step => ({ at: at(stream), kind: "store", stream });
/** A script that leaves logs of as many MiB as it says. */
const script = (mib: string, ...next: Step[]): Step => ({
  at: at(mib),
  kind: "transform",
  transformer: mib,
  script: mib,
  next,
  weight: next.length,
});
const planOf = (...steps: Step[]): Plan => ({ pipeline: "p", steps, obstacles: [], ends: 1 });
const logOf = (mib: number) => new WrittenFields(new Uint8Array(mib * MIB), []);
const runScript: RunScript = async (_, mib) => mib.split(",").map((each) => logOf(Number(each)));

async function walk(plan: Plan, room: RequestRoom, fields = logOf(0)) {
  const { entries, failures } = await walkPlan(plan, fields, { runScript, room });
  const errors = failures.map(({ at: { node }, error }) => [node, (error as Error).message]);
  return { streams: entries.map(({ stream }) => stream), errors };
}

describe("the room of a request", () => {
  it("refuses the script that makes too much, and other branches go on", async () => {
    using room = new LogRoom().forRequest();
    // a chain holds what each of its scripts has made
    const chain = script("60", script("60", script("40", store("too much"))));
    const { streams, errors } = await walk(planOf(chain, script("1", store("b"))), room);
    expect(streams).toEqual(["b"]);
    expect(errors).toEqual([
      [
        "40",
        'transformer "40": with what it makes of this log, the request\'s logs take more than 128 MiB on their way',
      ],
    ]);
  });

  it("is shared by the logs of a batch", async () => {
    using room = new LogRoom().forRequest();
    const plan = planOf(script("80", store("a")));
    expect((await walk(plan, room)).streams).toEqual(["a"]);
    expect((await walk(plan, room)).streams).toEqual([]);
  });

  it("gets back what the next script has changed, and what no stream and no alert takes", async () => {
    const server = new LogRoom();
    {
      using room = server.forRequest();
      const chain = script("30", script("30", script("30", script("30", store("a")))));
      const { streams, errors } = await walk(planOf(chain), room);
      expect({ streams, errors }).toEqual({ streams: ["a"], errors: [] });
      expect(Math.floor(server.taken / MIB)).toBe(30);
      await walk(planOf(script("30")), room);
      expect(Math.floor(server.taken / MIB)).toBe(30);
    }
    expect(server.taken).toBe(0);
  });

  it("refuses the stream with which the entries of a log take too much", async () => {
    using room = new LogRoom().forRequest();
    const streams = Array.from({ length: 10 }, (_, i) => store(`s${i}`));
    const walked = await walk(planOf(...streams), room, logOf(15));
    expect(walked.streams).toEqual(["s0", "s1", "s2", "s3"]);
    expect(walked.errors).toHaveLength(6);
    expect(walked.errors[0]).toEqual([
      "s4",
      'stream "s4": with it, the entries of this log take more than 64 MiB',
    ]);
  });

  it("isn't used up by failures: the branches that work go on for each log of a batch", async () => {
    using room = new LogRoom().forRequest();
    const broken = Array.from({ length: 10 }, (_, i): Step => {
      const what = { code: "NOT_FOUND", what: "is gone", hint: "", isFault: true } as const;
      return { at: at(`x${i}`), kind: "obstacle", obstacle: { at: at(`x${i}`), ...what } };
    });
    const plan = planOf(...broken, script("0", store("a"), store("b")));
    for (let i = 0; i < 10_000; i++) {
      const { entries, failures } = await walkPlan(plan, logOf(0), { runScript, room });
      if (entries.length !== 2) expect([i, failures]).toEqual([i, []]);
      if (i === 0) expect(failures).toHaveLength(10);
      if (i === 9_999) expect(failures).toHaveLength(1);
    }
  });

  it("bounds the ways of many small logs to many streams", async () => {
    using room = new LogRoom().forRequest();
    const plan = planOf(...Array.from({ length: 1_000 }, () => store("s")));
    let errors = 0;
    for (let i = 0; i < 1_100; i++) errors += (await walk(plan, room)).errors.length;
    // each log that has no room has its first entry, and is told of at least one that it hasn't
    expect(errors).toBeGreaterThan(0);
    expect((await walk(plan, room)).streams).toEqual(["s"]);
  });
});

it("the room of the server is that of all requests, and a request that finds none comes again", () => {
  const server = new LogRoom();
  const rooms = Array.from({ length: SERVER_BYTES / REQUEST_BYTES }, () => server.forRequest());
  for (const room of rooms) room.take(REQUEST_BYTES, "a");
  using last = server.forRequest();
  const full = expect.objectContaining({ code: "BUSY", details: { retryAfterSeconds: 1 } });
  expect(() => last.take(1, "b")).toThrow(full);
  expect(() => last.writing(1)).toThrow(full);
  rooms[0]?.[Symbol.dispose]();
  last.take(1, "b");
  {
    using _ = last.writing(5);
    expect(server.taken).toBe(SERVER_BYTES - REQUEST_BYTES + 6);
  }
  expect(server.taken).toBe(SERVER_BYTES - REQUEST_BYTES + 1);
});
