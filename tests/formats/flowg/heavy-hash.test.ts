// In a FlowG file, a user's hash asks for half a minute of a core. Verification and restore warn of it, and a log-in spends
// nothing on it. The file is a genuine one, to which FlowG would have appended the later version of the user's key.

import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { flowg } from "../../cli/flowg.js";
import { spawnServer } from "../../http/server-process.js";
import { watchedBy } from "../../watched-process.js";
import { badgerStream } from "./encode.js";

const FIXTURES = join(import.meta.dirname, "../../fixtures/flowg-0.24.1");
const HEAVY =
  "$argon2id$v=19$m=262144,t=16,p=1$c29tZXNhbHQxMjM0NTY$3/S0FFYyw5GcOUSaVRkMdU2C/8tUfRrJ5eUyVrOGFsc";
const WARNING = /users who can't log in until somebody sets their password, .*: root/;
/** Seconds of a core. The hash would take ten times as much, or more. */
const BOUND_SECONDS = 3;
const TICKS_A_SECOND = 100;

const space = await mkdtemp(join(tmpdir(), "flowg-heavy-hash-"));
const backup = join(space, "auth.db");
beforeAll(async () => {
  await copyFile(join(FIXTURES, "auth.db"), backup);
  const later = badgerStream([{ key: "user:root:password", value: HEAVY, version: 1_000_000 }]);
  await writeFile(backup, Buffer.concat([await readFile(backup), later]));
});
afterAll(() => rm(space, { recursive: true, force: true }));

test("verify and restore warn of it", async () => {
  const verified = await flowg(["admin", "verify", backup]);
  expect(verified).toMatchObject({ code: 0 });
  expect(`${verified.stdout}${verified.stderr}`).toMatch(WARNING);
  const restored = await flowg([
    "admin",
    "restore",
    "--backup-dir",
    space,
    "--only",
    "auth",
    "--yes",
    "--auth-dir",
    join(space, "auth"),
  ]);
  expect(restored).toMatchObject({ code: 0 });
  expect(`${restored.stdout}${restored.stderr}`).toMatch(WARNING);
});

test.runIf(process.platform === "linux")("a log-in is refused without its cost", async () => {
  const { child, exited, url } = await spawnServer(space);
  const server = await watchedBy(child.pid);
  const before = await secondsOf(server);
  const answers = await Promise.all(
    Array.from({ length: 4 }, () =>
      fetch(`${url}/api/v1/auth/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username: "root", password: "root" }),
      }),
    ),
  );
  const spent = (await secondsOf(server)) - before;
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  expect(spent).toBeLessThan(BOUND_SECONDS);
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
});

/** Seconds of a core that the process has used. */
async function secondsOf(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  const [user, system] = text.split(") ")[1]?.split(" ").slice(11, 13).map(Number) ?? [];
  return ((user ?? 0) + (system ?? 0)) / TICKS_A_SECOND;
}
