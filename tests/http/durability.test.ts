// With `--durability committed`, all that a killed server has answered is there, and the server reports a disk that doesn't
// flush. What a power cut leaves is in tests/engine/power-cut.test.ts.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { eventually } from "../eventually.js";
import {
  arm,
  buildLibrary,
  disarm,
  type Injection,
  unarmedEnvironment,
} from "../faults/library.js";
import { watchedBy } from "../watched-process.js";
import { type ServerProcess, spawnServer } from "./server-process.js";
import { send } from "./test-server.js";

const dir = await mkdtemp(join(tmpdir(), "flowg-durability-"));
const built = buildLibrary(dir);
const running: ServerProcess[] = [];
afterAll(async () => {
  for (const { child } of running) child.kill("SIGKILL");
  await Promise.all(running.map(({ exited }) => exited));
  await rm(dir, { recursive: true, force: true });
});

const PASSWORD = "correct horse battery staple";

async function start(place: string, env: Record<string, string> = {}): Promise<ServerProcess> {
  const all = { FLOWG_INITIAL_PASSWORD: PASSWORD, FLOWG_DURABILITY: "committed", ...env };
  const server = await spawnServer(join(dir, place), { env: all });
  running.push(server);
  return server;
}

async function login({ url }: ServerProcess): Promise<string> {
  const json = { username: "root", password: PASSWORD };
  const { body } = await send(`${url}/api/v1/auth/login`, { method: "POST", json });
  return `Bearer jwt:${body.token}`;
}

const ingest = ({ url }: ServerProcess, as: string, number: string) =>
  send(`${url}/api/v1/pipelines/default/logs`, {
    method: "POST",
    as,
    json: { record: { number } },
  });

async function stored({ url }: ServerProcess, as: string): Promise<Set<string>> {
  const to = new Date(Date.now() + 60_000).toISOString();
  const range = `from=2026-01-01T00:00:00Z&to=${to}`;
  const { body } = await send(`${url}/api/v1/streams/default/logs?${range}`, { as });
  return new Set(body.records.map(({ fields }: { fields: { number: string } }) => fields.number));
}

test.runIf(process.platform === "linux")(
  "a server that is killed has lost nothing that it answered",
  async () => {
    let answered = new Set<string>();
    for (let time = 0; time < 3; time++) {
      const server = await start("killed");
      expect(server.stdout()).toContain("those of the last second may be lost");
      const as = await login(server);
      expect(await stored(server, as).catch(() => new Set())).toEqual(answered);
      const pid = (await watchedBy(server.child.pid)) as number;
      const sent = new Set(answered);
      const send = async (number: string) => {
        if ((await ingest(server, as, number).catch(() => undefined))?.status === 200)
          sent.add(number);
      };
      for (let n = 0; n < 20; n++)
        await Promise.all([1, 2, 3].map((lane) => send(`${time} ${n} ${lane}`)));
      process.kill(pid, "SIGKILL");
      await server.exited;
      expect(sent.size).toBeGreaterThan(answered.size);
      answered = sent;
    }
  },
);

test("where the disk flushes nothing any more, nothing more is stored, and the log tells it; then all goes on", async ({
  skip,
}) => {
  if ("without" in built) return skip(built.without);
  const place = join(dir, "faulty");
  const fault = { call: "sync", at: 1, deed: "EIO", forEver: true } as const;
  const injection: Injection = {
    library: built.path,
    root: join(place, "log"),
    beside: dir,
    fault,
  };
  const server = await start("faulty", await unarmedEnvironment(injection));
  const as = await login(server);
  expect((await ingest(server, as, "before")).status).toBe(200);
  await arm(injection);
  // what was answered before has yet to be flushed
  await eventually(() => expect(server.stdout()).toContain("the logs database can't be flushed"));
  for (const number of ["meanwhile", "meanwhile too"]) {
    const { status, body } = await ingest(server, as, number);
    expect([status, body.code]).toEqual([503, "DATABASE_UNAVAILABLE"]);
  }
  await disarm(injection);
  await eventually(() => expect(server.stdout()).toContain("is on the disk again"));
  expect((await ingest(server, as, "after")).status).toBe(200);
  expect(await stored(server, as)).toEqual(new Set(["before", "after"]));
  expect(server.stdout().match(/can't be flushed/g)).toHaveLength(1);
  server.child.kill("SIGTERM");
  expect(await server.exited).toBe(0);
});

test("any other word is refused", async () => {
  const server = await start("refused", { FLOWG_DURABILITY: "none" });
  expect(await server.exited).toBe(2);
  expect(server.stderr()).toContain('--durability: "none" is neither flushed nor committed');
});
