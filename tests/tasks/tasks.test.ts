// Tasks by themselves: what is kept of them, who is told what, and what a restart and a stop make of them.

import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { FlowgError } from "../../server/platform/errors.js";
import type { Task, TaskEvent } from "../../server/records/tasks.js";
import type { Database } from "../../server/storage/database.js";
import { KEPT_TASKS } from "../../server/tasks/kept-tasks.js";
import { type NewTask, Tasks, type TaskWork } from "../../server/tasks/tasks.js";
import { eventually } from "../eventually.js";
import { failing, memoryDatabase } from "../jobs/world.js";

const spec = (more: Partial<NewTask> = {}): NewTask => ({
  kind: "restore",
  target: "nas",
  by: "alice",
  scopes: ["write_streams"],
  ...more,
});

async function tasksOn(database: Pick<Database, "read" | "change">, ended: Task[] = []) {
  const errors: unknown[] = [];
  const tasks = new Tasks({
    database,
    conceal: (data) => JSON.parse(JSON.stringify(data).replaceAll("/secret/place", "(a path)")),
    onError: (error) => errors.push(error),
    onEnded: (task) => ended.push(task),
  });
  await tasks.start();
  return { tasks, errors };
}

/** Work that a test ends. */
function held() {
  let end: (report: Record<string, unknown>) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const done = new Promise<Record<string, unknown>>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  let of: TaskWork | undefined;
  const work = (given: TaskWork) => {
    of = given;
    given.signal.addEventListener("abort", () => fail(new FlowgError("CANCELLED", "stopped")));
    return done;
  };
  return { work, end, fail, of: () => of as TaskWork };
}

const never = new AbortController().signal;

async function heardOf(events: AsyncGenerator<TaskEvent>): Promise<TaskEvent[]> {
  const all: TaskEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

test("a task reports its state, how far it is, and its end; a client that comes back goes on where it was", async () => {
  const { tasks } = await tasksOn(await memoryDatabase());
  const { work, end, of } = held();
  const { id } = await tasks.begin(spec(), work);
  const all = heardOf(tasks.events(id, undefined, never));
  of().progress({ phase: "verifying", database: "logs", records: 1 });
  of().progress({ phase: "restoring", database: "logs", records: 5 });
  const late = heardOf(tasks.events(id, 1, never));
  end({ restored: 5 });
  const heard = await all;
  expect(heard.map(({ id, event }) => `${id} ${event}`)).toEqual([
    "0 task",
    "1 progress",
    "2 progress",
    "3 end",
  ]);
  expect(heard[3]?.data).toMatchObject({ state: "succeeded", outcome: { restored: 5 } });
  expect((await late).map(({ id }) => id)).toEqual([2, 3]);
  for (const after of [undefined, 0, 3, 99])
    expect((await heardOf(tasks.events(id, after, never))).map(({ event }) => event)).toEqual([
      "end",
    ]);
});

test("a listener that leaves is forgotten, and the task goes on", async () => {
  const { tasks } = await tasksOn(await memoryDatabase());
  const { work, end } = held();
  const { id } = await tasks.begin(spec(), work);
  const stop = new AbortController();
  const heard = heardOf(tasks.events(id, undefined, stop.signal));
  await eventually(() => expect(tasks.listeners).toBe(1));
  stop.abort();
  await heard;
  expect(tasks.listeners).toBe(0);
  expect(tasks.get(id).state).toBe("running");
  end({});
  await eventually(() => expect(tasks.get(id).state).toBe("succeeded"));
});

test("events of a phase that tells too much are bounded, and its end comes all the same", async () => {
  const { tasks } = await tasksOn(await memoryDatabase());
  const { work, end, of } = held();
  const { id } = await tasks.begin(spec(), work);
  for (let n = 0; n < 1_000; n++) of().progress({ phase: `phase ${n}` });
  const late = heardOf(tasks.events(id, 0, never));
  await eventually(() => expect(tasks.listeners).toBe(1));
  end({});
  const heard = await late;
  expect(heard.length).toBeLessThanOrEqual(201);
  expect(heard.at(-1)).toMatchObject({ id: 1_001, event: "end" });
});

test("one that is cancelled says so, and can't be cancelled twice", async () => {
  const { tasks } = await tasksOn(await memoryDatabase());
  const { work } = held();
  const { id } = await tasks.begin(spec(), work);
  expect(tasks.cancel(id, "bob")).toMatchObject({ state: "running", cancelling: true });
  const [last] = (await heardOf(tasks.events(id, undefined, never))).slice(-1);
  expect(last?.data).toMatchObject({ state: "cancelled", error: { code: "CANCELLED" } });
  expect(last?.data).not.toHaveProperty("cancelling");
  expect(() => tasks.cancel(id, "bob")).toThrow("the task has ended: it was cancelled");
  expect(() => tasks.cancel(randomUUID(), "bob")).toThrow("there is no task");
});

test("work that can't be undone any more succeeds although somebody has cancelled it", async () => {
  const { tasks } = await tasksOn(await memoryDatabase());
  const { id } = await tasks.begin(spec(), async ({ signal }) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return { isDone: true };
  });
  tasks.cancel(id, "bob");
  await eventually(() =>
    expect(tasks.get(id)).toMatchObject({ state: "succeeded", outcome: { isDone: true } }),
  );
});

test("what fails says why, with its facts; places of this machine stay its own, but for the log", async () => {
  const ended: Task[] = [];
  const { tasks, errors } = await tasksOn(await memoryDatabase(), ended);
  const fault = new FlowgError("REFUSED", "/secret/place: no", {
    hint: "look",
    details: { report: { gains: 1 }, outcome: { done: 2 } },
  });
  const { id } = await tasks.begin(spec(), () => Promise.reject(fault));
  await eventually(() => expect(tasks.get(id).state).toBe("failed"));
  expect(tasks.get(id)).toMatchObject({
    error: {
      code: "REFUSED",
      message: "(a path): no",
      hint: "look",
      details: { report: { gains: 1 } },
    },
    outcome: { done: 2 },
  });
  expect(ended[0]?.error?.message).toBe("/secret/place: no");
  const other = await tasks.begin(spec(), () => Promise.reject(new TypeError("s3cret")));
  await eventually(() =>
    expect(tasks.get(other.id).error).toMatchObject({
      code: "INTERNAL",
      message: "an unexpected fault",
    }),
  );
  expect(errors).toHaveLength(1);
});

test("after a restart those that ended are remembered, and what ran was cut", async () => {
  const database = await memoryDatabase();
  const first = await tasksOn(database);
  const done = await first.tasks.begin(spec(), async () => ({ n: 1 }));
  await eventually(() => expect(first.tasks.get(done.id).state).toBe("succeeded"));
  const { work, of } = held();
  const ran = await first.tasks.begin(spec({ by: "bob" }), work);
  of().progress({ phase: "restoring" });
  // killed: nothing is told to the first
  const ended: Task[] = [];
  const { tasks } = await tasksOn(database, ended);
  expect(tasks.get(done.id)).toMatchObject({ state: "succeeded", outcome: { n: 1 } });
  expect(tasks.get(ran.id)).toMatchObject({
    by: "bob",
    state: "cut",
    endedAt: expect.any(String),
    error: { code: "CANCELLED", message: "the server ended while this went on" },
  });
  expect(ended.map(({ id }) => id)).toEqual([ran.id]);
  const again = await tasksOn(database);
  expect(again.tasks.get(ran.id)).toEqual(tasks.get(ran.id));
});

test("a server that stops cuts what goes on, and lets what is nearly done end", async () => {
  const database = await memoryDatabase();
  const { tasks } = await tasksOn(database);
  const { work } = held();
  const cut = await tasks.begin(spec(), work);
  let isLast = false;
  const nearly = await tasks.begin(spec(), async ({ signal, lastSignal }) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    isLast = lastSignal.aborted;
    return {};
  });
  const endless = await tasks.begin(spec(), async ({ lastSignal }) => {
    await new Promise((resolve) => lastSignal.addEventListener("abort", resolve));
    throw new FlowgError("CANCELLED", "in the end");
  });
  await tasks.stop(50);
  expect(isLast).toBe(false);
  expect([cut, nearly, endless].map(({ id }) => tasks.get(id).state)).toEqual([
    "cut",
    "succeeded",
    "cut",
  ]);
  await expect(tasks.begin(spec(), work)).rejects.toMatchObject({ code: "BUSY" });
  const again = await tasksOn(database);
  expect(again.tasks.get(cut.id).state).toBe("cut");
});

test("so many are remembered of people, and as many of the server's own; none that goes on is forgotten", async () => {
  const database = await memoryDatabase();
  const { tasks } = await tasksOn(database);
  const { work } = held();
  const ran = await tasks.begin(spec(), work);
  for (const by of ["alice", undefined])
    for (let n = 0; n < KEPT_TASKS + 5; n++) {
      const { id } = await tasks.begin(spec({ by }), async () => ({}));
      await heardOf(tasks.events(id, undefined, never));
    }
  expect(tasks.list()).toHaveLength(2 * KEPT_TASKS + 1);
  expect(tasks.get(ran.id).state).toBe("running");
  const again = await tasksOn(database);
  expect(again.tasks.list()).toHaveLength(2 * KEPT_TASKS + 1);
});

test("work begins only once its note is written; an end that can't be noted is reported all the same", async () => {
  let why: FlowgError | undefined = new FlowgError("DISK_FULL", "no room");
  const { tasks, errors } = await tasksOn(failing(await memoryDatabase(), () => why));
  let hasBegun = false;
  const work = async () => {
    hasBegun = true;
    return {};
  };
  await expect(tasks.begin(spec(), work)).rejects.toMatchObject({ code: "DISK_FULL" });
  expect([hasBegun, tasks.list()]).toEqual([false, []]);
  why = undefined;
  const { work: later, end } = held();
  const { id } = await tasks.begin(spec(), later);
  why = new FlowgError("DISK_FULL", "no room");
  end({});
  await eventually(() => expect(tasks.get(id).state).toBe("succeeded"));
  expect(errors).toHaveLength(1);
  await tasks.stop(0);
});
