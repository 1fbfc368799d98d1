import { expect, test } from "vitest";
import { IdleThreads, RestoreThreads } from "../../server/engine/lmdb/apply/restore-threads.js";

test("threads that fail before they have a task harm nobody, and are replaced", async () => {
  const failing = new RestoreThreads();
  await using threads = new IdleThreads(failing);
  const ended = new Promise((resolve) => failing.preparing.once("exit", resolve));
  // as Node does when a thread can't start; without a listener it would be thrown here
  failing.preparing.emit("error", new Error("EMFILE: too many open files"));
  expect(failing.isSound).toBe(false);
  const taken = threads.take();
  expect(taken).not.toBe(failing);
  expect(taken.isSound).toBe(true);
  await ended;
  await taken.end();
});

test("threads that nobody took are ended, those that were taken are not", async () => {
  const left = new RestoreThreads();
  await new IdleThreads(left)[Symbol.asyncDispose]();
  expect(left.isSound).toBe(false);
  const started = new IdleThreads();
  const taken = started.take();
  await started[Symbol.asyncDispose]();
  expect(taken.isSound).toBe(true);
  await taken.end();
});
