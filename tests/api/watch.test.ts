// A slow watcher of a stream, and one that waits long, get its events.

import { afterEach, expect, it, vi } from "vitest";
import { watchEvents } from "../../server/api/watch.js";
import { LogFeed } from "../../server/operations/ingest/log-feed.js";
import { prepareEntry } from "../../server/records/logs/entry.js";
import { parseFilter } from "../../server/records/logs/filter.js";
import { entryKey } from "../../server/records/records.js";

const stored = (n: number, fields: Record<string, string>, stream = "s") => ({
  ...prepareEntry({ stream, fields }, n),
  key: entryKey(stream, n, UUID),
});

const UUID = "00000000-0000-4000-8000-000000000000";
afterEach(() => {
  vi.useRealTimers();
});

function watched() {
  const feed = new LogFeed();
  const controller = new AbortController();
  const { signal } = controller;
  const events = watchEvents(feed, { stream: "s", filter: undefined, signal });
  const next = async () => Buffer.from((await events.next()).value ?? []).toString();
  const publish = (n: number, stream = "s") => feed.publish(stored(n, { n: `${n}` }, stream));
  return { feed, controller, events, next, publish };
}

it("a slow watcher hears how many events it missed", async () => {
  const { next, publish, controller } = watched();
  expect(await next()).toBe(": watching\n\n");
  for (let n = 0; n < 1500; n++) publish(n);
  publish(0, "other");
  const text = await next();
  const lines = text.split("\n");
  expect(lines.filter((line) => line === "event: log")).toHaveLength(1000);
  expect(text.endsWith('event: lost\ndata: {"entries":500}\n\n')).toBe(true);
  expect(text).toContain(`id: ${"0".repeat(17)}999-${UUID}\n`);
  publish(1500);
  expect(await next()).toContain('"n":"1500"');
  controller.abort();
});

it("a slow watcher of large entries holds some megabytes, and each of them comes alone", async () => {
  const { next, feed, controller } = watched();
  await next();
  const text = "x".repeat(3_000_000);
  for (let n = 0; n < 10; n++) {
    feed.publish(stored(n, { text }));
  }
  const first = await next();
  expect(first.match(/event: \w+/g)).toEqual(["event: log", "event: lost"]);
  expect(first.endsWith('data: {"entries":8}\n\n')).toBe(true);
  expect((await next()).match(/event: \w+/g)).toEqual(["event: log"]);
  controller.abort();
});

it("a watcher that waits long hears that the connection lives", async () => {
  vi.useFakeTimers();
  const { next, controller } = watched();
  await next();
  const heartbeat = next();
  await vi.advanceTimersByTimeAsync(15_000);
  expect(await heartbeat).toBe(": still here\n\n");
  controller.abort();
});

it("a watcher that leaves is forgotten", async () => {
  const feed = new LogFeed();
  const controller = new AbortController();
  const { signal } = controller;
  const events = watchEvents(feed, { stream: "s", filter: parseFilter('a = "b"'), signal });
  const publishBroken = () => feed.publish({ ...stored(1, {}), value: null as never });
  await events.next();
  expect(publishBroken).toThrow();
  const last = events.next();
  controller.abort();
  await last;
  expect((await events.next()).done).toBe(true);
  expect(publishBroken).not.toThrow();
});
