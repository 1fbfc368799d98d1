// `flowg serve --continuous` into a real S3 server that goes away in every way: the metrics and `flowg jobs list` say so and why,
// requests go on, and once the cause is gone both say that all is stored.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openPlace } from "../../../server/repository/places/open-place.js";
import { flowg } from "../../cli/flowg.js";
import { eventually } from "../../eventually.js";
import { areMany } from "../../faults/chosen.js";
import { type ServerProcess, spawnServer } from "../../http/server-process.js";
import type { Fault } from "../../support/faulty-way.js";
import { describeWithStore, keysOf } from "../../support/object-store.js";
import { type StoreByWay, startStoreByWay } from "../../support/store-by-way.js";
import { listed } from "../places/law.js";
import { INITIAL, ingest, killAll, login, metric, numbersIn, stored } from "./sent-logs.js";

/** The store itself says what it does with a key that it doesn't know any more. */
const revoked: Fault = {
  change: ({ headers }) => ({
    headers: {
      ...headers,
      authorization: headers.authorization?.replace(/Credential=[^/]+/, "Credential=revoked"),
    },
  }),
};

/** What comes between, and what `flowg jobs list` says of it. */
const WAYS: [string, () => Fault, RegExp][] = [
  ["is stopped", () => ({ reset: "before" }), /it lacks the changes of \d+ s/],
  ["takes away the credentials", () => revoked, /failing since 20\S+: .*(key|access|permission)/i],
  [
    "has another time than the server",
    () => ({ answer: 403, code: "RequestTimeTooSkewed" }),
    /failing since 20\S+: .*(clock|time)/i,
  ],
  ["is full", () => ({ answer: 507 }), /failing since 20\S+: .*(full|space|room)/i],
];

/** The ways of the short form: no answer, and a refusal. */
const SHORT = new Set(["is stopped", "takes away the credentials"]);
const some = WAYS.filter(([name]) => areMany || SHORT.has(name));

describeWithStore("a server whose bucket goes away", () => {
  let space: string;
  let store: StoreByWay;
  let server: ServerProcess;
  let token: string;
  let direct: string;
  let access: string[];
  let sent = 0;
  beforeAll(async () => {
    space = await mkdtemp(join(tmpdir(), "flowg-bucket-told-"));
    store = await startStoreByWay();
    const urls = store.fresh();
    ({ direct } = urls);
    const [identity, keyFile] = [join(space, "identity"), join(space, "key.json")];
    access = ["--repository", direct, "--identity", identity, "--repository-key", keyFile];
    const keys = keysOf(store.store.admin);
    const made = await flowg(["repository", "init", ...access], { env: keys });
    expect(made.code, made.stderr).toBe(0);
    server = await spawnServer(join(space, "data"), {
      env: { ...INITIAL, ...keys, FLOWG_REPOSITORY: urls.byWay },
      flags: ["--continuous", "--repository-key", keyFile],
    });
    expect(server.url, server.stderr()).not.toBe("");
    token = await login(server);
    await send();
    await stored(server);
  });
  afterAll(async () => {
    if (server) await killAll(server);
    await store?.[Symbol.asyncDispose]();
    await rm(space, { recursive: true, force: true });
  });

  async function send(): Promise<void> {
    const answer = await ingest(server, token, { n: String(sent) });
    expect(answer.status).toBe(200);
    sent++;
  }

  const loss = () => metric(server, "flowg_continuous_possible_loss_seconds");
  const failures = async () => (await metric(server, "flowg_continuous_failures_total")) ?? 0;

  /** What people see, on one line. */
  async function jobs(): Promise<string> {
    const env = { FLOWG_URL: server.url, FLOWG_TOKEN: token };
    const { stdout } = await flowg(["jobs", "list"], { env });
    return stdout.replace(/\s+/g, " ");
  }

  async function expectAllStored(): Promise<void> {
    await stored(server);
    await eventually(async () => {
      expect(await loss()).toBe(0);
      expect(await metric(server, "flowg_continuous_broken")).toBe(0);
      expect(await jobs()).not.toMatch(/BEHIND|failing since/);
    });
  }

  it.each(some)("the store %s", async (_, fault, says) => {
    const before = await failures();
    store.way.rule = () => fault();
    for (let n = 0; n < 5; n++) await send();
    await eventually(async () => {
      expect(await loss()).toBeGreaterThan(2);
      expect(await failures()).toBeGreaterThan(before);
    });
    const told = await jobs();
    // a snapshot may be under way, and wait for the store as well
    expect(told).toMatch(/ backup (BEHIND|running) /);
    expect(told).toMatch(says);
    expect(told).not.toContain(store.store.admin.secretAccessKey);
    await send();
    store.way.rule = () => undefined;
    await expectAllStored();
  });

  it("the store is slow: it lags, and isn't told as failing", async () => {
    const before = await failures();
    store.way.rule = () => ({ waitFor: sleep(1_500) });
    await eventually(async () => {
      await send();
      expect(await loss()).toBeGreaterThan(1.5);
    });
    expect(await failures()).toBe(before);
    expect(await jobs()).not.toContain("failing");
    store.way.rule = () => undefined;
    await expectAllStored();
  });

  it("the bucket is wiped, and put back without its deltas", async () => {
    const place = await openPlace(direct);
    const kept: [string, Buffer][] = [];
    for (const { path } of await listed(place))
      kept.push([path, (await place.get(path)) as Buffer]);
    for (const [path] of kept) await place.remove(path);
    await send();
    await eventually(async () => {
      const told = await jobs();
      // the first try says that it is gone, and those after it that there is none
      expect(told).toMatch(/failing since 20\S+: .*(is gone|no repository at)/);
    });
    expect(await metric(server, "flowg_continuous_broken")).toBe(1);
    expect(await loss()).toBeGreaterThan(0);
    for (const [path, bytes] of kept) if (!path.startsWith("deltas/")) await place.put(path, bytes);
    await place.close();
    await expectAllStored();
    const found = await numbersIn(access, keysOf(store.store.admin));
    expect(found).toEqual(Array.from({ length: sent }, (_, n) => n));
  });
});
