// Calls of alerts: they are tried again where that may help, within bounds, and each loss is told.

import { afterEach, describe, expect, test } from "vitest";
import {
  AlertCalls,
  type AlertCallsOptions,
} from "../../../server/operations/alerts/alert-calls.js";
import { ALERT_BODY_MAX } from "../../../server/operations/webhooks/alert-body.js";
import { AllowedHosts } from "../../../server/operations/webhooks/allowed-hosts.js";
import { eventually } from "../../eventually.js";
import { type Answer, receiver } from "../../support/webhook-receiver.js";

const open: AlertCalls[] = [];
afterEach(async () => {
  for (const calls of open.splice(0)) await calls.close(0);
});

function callsWith(options: Partial<AlertCallsOptions> = {}) {
  const counted: string[] = [];
  const lost: string[] = [];
  const calls = new AlertCalls({
    hosts: new AllowedHosts(["127.0.0.1"]),
    counted: (pipeline, alert, outcome) => counted.push(`${pipeline} ${alert} ${outcome}`),
    lost: (alert, outcome, why) => lost.push(`${alert} ${outcome}: ${why}`),
    restMs: 1,
    ...options,
  });
  open.push(calls);
  const offer = (alert: string, url: string, body = "{}") =>
    calls.offer({
      alert,
      pipeline: "p",
      recipient: { version: 1, url, headers: {} },
      body: Buffer.from(body),
    });
  return { calls, offer, counted, lost };
}

/** Answers with each of these in turn, and from then on with the last. */
function inTurn(...statuses: [number, Record<string, string>?][]): Answer {
  const left = [...statuses];
  return (response) => {
    const [status, headers] = (left.length > 1 ? left.shift() : left[0]) ?? [200];
    response.writeHead(status, headers).end();
  };
}
const never: Answer = () => undefined;

describe("a call", () => {
  test("goes to its webhook once, and is counted", async () => {
    await using hook = await receiver(204);
    const { calls, offer, counted, lost } = callsWith();
    expect(offer("a", hook.url, '{"x":1}')).toBeUndefined();
    await eventually(() => expect(counted).toEqual(["p a success"]));
    expect(hook.received.map(({ body }) => body)).toEqual(['{"x":1}']);
    expect(lost).toEqual([]);
    expect(calls.waiting).toEqual({ calls: 0, bytes: 0 });
  });

  test.each([500, 503, 429, 408])("is tried again after %i", async (status) => {
    await using hook = await receiver(inTurn([status, { "Retry-After": "0" }], [status], [200]));
    const { offer, counted } = callsWith();
    offer("a", hook.url);
    await eventually(() => expect(counted).toEqual(["p a success"]));
    expect(hook.received).toHaveLength(3);
  });

  test("waits as long as the webhook asks", async () => {
    await using hook = await receiver(inTurn([429, { "Retry-After": "1" }], [200]));
    const { offer, counted } = callsWith();
    const start = performance.now();
    offer("a", hook.url);
    await eventually(() => expect(counted).toEqual(["p a success"]));
    expect(performance.now() - start).toBeGreaterThan(900);
  });

  test.each([400, 401, 404, 410, 301, 307])("isn't after %i", async (status) => {
    await using hook = await receiver(status, { Location: "http://127.0.0.1:1/" });
    const { offer, counted, lost } = callsWith();
    offer("a", hook.url);
    await eventually(() => expect(counted).toEqual(["p a error"]));
    expect(hook.received).toHaveLength(1);
    expect(lost).toEqual([expect.stringContaining(`its webhook answered ${status}`)]);
  });

  test("is given up after five tries, also where nothing listens", async () => {
    await using hook = await receiver(500);
    const gone = await receiver(200);
    await gone.close();
    const { calls, offer, counted, lost } = callsWith();
    offer("a", hook.url);
    offer("gone", gone.url);
    await eventually(() => expect(counted).toHaveLength(2));
    expect(hook.received).toHaveLength(5);
    expect(counted.sort()).toEqual(["p a error", "p gone error"]);
    expect(lost.sort()).toEqual([
      "a error: its webhook answered 500",
      "gone error: its webhook cannot be reached",
    ]);
    expect(calls.waiting).toEqual({ calls: 0, bytes: 0 });
  });

  test("isn't cut by a body that never ends, or a connection that was closed while idle", async () => {
    await using hook = await receiver((response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x".repeat(20_000)), 1);
      response.once("close", () => clearInterval(timer));
    });
    await using closing = await receiver((response) => {
      response.writeHead(200, { "Keep-Alive": "timeout=60" }).end();
      response.once("finish", () => setTimeout(() => response.socket?.destroy(), 1));
    });
    const { offer, counted } = callsWith();
    offer("a", hook.url);
    await eventually(() => expect(counted).toEqual(["p a success"]));
    for (let i = 0; i < 20; i++) {
      offer("b", closing.url);
      await eventually(() => expect(counted).toHaveLength(i + 2));
    }
    expect(counted.slice(1)).toEqual(new Array(20).fill("p b success"));
  });
});

describe("what can be known at once is answered", () => {
  test.each([
    ["http://10.0.0.1/", "{}", "UPSTREAM_FAILED", /an address that is not public/],
    ["ftp://h/", "{}", "UPSTREAM_FAILED", /neither http nor https/],
    ["", "{}", "UPSTREAM_FAILED", /has no URL/],
    ["http://1.1.1.1/", "x".repeat(ALERT_BODY_MAX + 1), "INPUT_TOO_LARGE", /takes logs of up to/],
  ])("%s", (url, body, code, message) => {
    const { calls, offer, counted } = callsWith();
    const error = offer("a", url, body);
    expect([error?.code, error?.message]).toEqual([code, expect.stringMatching(message)]);
    expect(counted).toEqual(["p a error"]);
    expect(calls.waiting.calls).toBe(0);
  });
});

describe("a webhook that never answers", () => {
  test("keeps nobody else's calls", async () => {
    let underWay = 0;
    let most = 0;
    await using silent = await receiver((response) => {
      most = Math.max(most, ++underWay);
      response.once("close", () => underWay--);
    });
    await using hook = await receiver(200);
    const { offer, counted } = callsWith();
    for (let i = 0; i < 500; i++) offer("silent", silent.url);
    for (let i = 0; i < 50; i++) offer("good", hook.url);
    await eventually(() => expect(counted).toEqual(new Array(50).fill("p good success")));
    expect(most).toBeLessThanOrEqual(4);
  });

  test("gives way where there is no room, in number and in bytes, and what is dropped is told", async () => {
    await using silent = await receiver(never);
    const { calls, offer, counted, lost } = callsWith({ limits: { calls: 100, bytes: 100_000 } });
    for (let i = 0; i < 150; i++) {
      const error = offer("silent", silent.url);
      if (i < 100) expect(error).toBeUndefined();
      else expect(error).toMatchObject({ code: "BUSY", details: { retryAfterSeconds: 5 } });
    }
    expect(calls.waiting.calls).toBe(100);
    // other alerts get their share, up to half
    for (let i = 0; i < 50; i++) expect(offer("other", silent.url)).toBeUndefined();
    expect(offer("other", silent.url)).toMatchObject({ code: "BUSY" });
    expect(offer("third", silent.url)).toBeUndefined();
    expect(calls.waiting.calls).toBe(100);
    expect(counted.filter((one) => one === "p silent dropped").length).toBeGreaterThan(98);
    expect(lost[0]).toBe("silent dropped: its webhook is slower than its logs");
    expect(offer("large", silent.url, "x".repeat(40_000))).toBeUndefined();
    expect(calls.waiting.bytes).toBeLessThanOrEqual(100_000);
    expect(offer("large", silent.url, "x".repeat(70_000))).toMatchObject({ code: "BUSY" });
  });

  test("an alert that was saved anew isn't held up by its former URL", async () => {
    await using silent = await receiver(never);
    await using hook = await receiver(200);
    const { offer, counted } = callsWith();
    for (let i = 0; i < 10; i++) offer("a", silent.url);
    offer("a", hook.url);
    await eventually(() => expect(counted).toEqual(["p a success"]));
  });
});

describe("a server that stops", () => {
  test("sends what waits, also what rests", async () => {
    await using hook = await receiver(inTurn([500], [200]));
    const { calls, offer, counted } = callsWith({ restMs: 600_000 });
    for (let i = 0; i < 200; i++) offer("a", hook.url);
    await eventually(() => expect(hook.received.length).toBeGreaterThanOrEqual(4));
    expect(await calls.close(10_000)).toBe(0);
    expect(counted.filter((one) => one === "p a success")).toHaveLength(200);
  });

  test("waits no longer than it may, and counts the rest", async () => {
    await using silent = await receiver(never);
    const { calls, offer, counted, lost } = callsWith();
    for (let i = 0; i < 100; i++) offer("a", silent.url);
    expect(await calls.close(50)).toBe(100);
    expect(counted).toEqual(new Array(100).fill("p a dropped"));
    expect(lost).toHaveLength(100);
    expect(offer("a", silent.url)).toMatchObject({ code: "BUSY" });
  });
});
