// The commands that FlowG's users type, with curl and jq, against the built server.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DatabaseDirs } from "../../../server/core.js";
import { DATABASE_KINDS } from "../../../server/records/kinds.js";
import { readContents } from "../offline/contents.js";
import {
  dirsIn,
  type FlowgServer,
  flowg,
  have,
  ROOT_PASSWORD,
  run,
  startFlowg,
} from "./flowg-server.js";

const hasTools = await have("curl", "jq");

let server: FlowgServer;
let path: string;

beforeAll(async () => {
  server = await startFlowg();
  path = await mkdtemp(join(tmpdir(), "flowg-scripts-"));
  await populate(server);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(path, { recursive: true, force: true });
});

/** Something of every kind, with names that are easily got wrong. */
async function populate({ call, login }: FlowgServer): Promise<void> {
  const root = await login("root", ROOT_PASSWORD);
  const put = (where: string, body: unknown) => call(root, "PUT", where, body);
  await put("/roles/admin:a", { scopes: ["read_streams", "write_alerts"] });
  await put("/users/caf%C3%A9", { roles: ["admin:a", "no such role"], password: "x" });
  await put("/transformers/a%2Fb", { script: ". = {}\n" });
  await put("/alerts/hook", { webhook: { url: "http://127.0.0.1:1/", headers: { a: "b" } } });
  await put("/streams/app:web", { config: { ttl: 0, size: 0, indexed_fields: ["level", "a:b"] } });
  await put("/pipelines/web", { flow: flowTo("app:web", "other") });
  for (let i = 0; i < 50; i++) {
    const record = { level: i % 2 ? "info" : "error", "a:b": String(i), text: "ünï\n" };
    await call(root, "POST", "/pipelines/web/logs", { record });
  }
}

/** A pipeline that stores every log in each of these streams. */
function flowTo(...streams: string[]) {
  const position = { x: 0, y: 0 };
  const source = { id: "in", type: "source", position, data: { type: "direct" } };
  const routers = streams.map((stream, i) => ({
    id: `r${i}`,
    type: "router",
    position,
    data: { stream },
  }));
  const edges = routers.map(({ id }) => ({ id: `e${id}`, source: "in", target: id }));
  return { version: 1, nodes: [source, ...routers], edges };
}

async function contentsOf(dirs: DatabaseDirs) {
  const all = await Promise.all(DATABASE_KINDS.map((kind) => readContents(kind, dirs[kind])));
  for (const { derived, expected } of all) expect(derived).toEqual(expected);
  return all.map(({ contents }) => contents);
}

/** A script of a person's, run by bash, in a directory of its own; must succeed. */
async function script(lines: string, cwd = path): Promise<string> {
  const head = `set -euo pipefail\nFLOWG=${server.url}\nPASSWORD='${ROOT_PASSWORD}'\n`;
  const { code, stdout, stderr } = await run("bash", ["-c", head + lines], cwd);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout.toString();
}

const LOG_IN = `
TOKEN=$(curl -sS -f -X POST -H "Content-Type: application/json" \
  -d "{\\"username\\": \\"root\\", \\"password\\": \\"$PASSWORD\\"}" \
  "$FLOWG/api/v1/auth/login" | jq -r .token)
AUTH="Authorization: Bearer jwt:$TOKEN"
`;
const BACK_UP = `
for database in auth config logs; do
  curl -sS -f -H "$AUTH" "$FLOWG/api/v1/backup/$database" > $database.db
done
`;
const RESTORE = `
for database in auth config logs; do
  curl -sS -f -X POST -H "$AUTH" --form backup=@$database.db "$FLOWG/api/v1/restore/$database" | jq -e .success
done
`;

describe("a person's script", () => {
  beforeEach(({ skip }) => skip(!hasTools, "curl or jq is missing"));

  test("backs up with a session, and the files restore offline to the same contents", async () => {
    await script(LOG_IN + BACK_UP);
    // three downloads are of three instants
    expect(await flowg("admin", "verify", path)).toMatchObject({ code: 3 });
    const verified = await flowg("admin", "verify", path, "--allow-mixed");
    expect(verified).toMatchObject({ code: 0 });
    const dirs = dirsIn(join(path, "offline"));
    const places = ["--auth-dir", dirs.auth, "--config-dir", dirs.config, "--log-dir", dirs.logs];
    const restored = await flowg("admin", "restore", "--backup-dir", path, ...places);
    expect(restored).toMatchObject({ code: 0 });
    expect(await contentsOf(dirs)).toEqual(await contentsOf(server.dirs));
  });

  test("makes a token with the session, and backs up and restores everything with that alone", async () => {
    const dir = await mkdtemp(join(path, "token-"));
    const token = `
TOKEN=$(curl -sS -f -X POST -H "$AUTH" "$FLOWG/api/v1/token" | jq -r .token)
AUTH="Authorization: Bearer pat:$TOKEN"
`;
    await script(LOG_IN + token + BACK_UP, dir);
    const before = await contentsOf(server.dirs);
    const change = `
curl -sS -f -X DELETE -H "$AUTH" "$FLOWG/api/v1/users/caf%C3%A9" > /dev/null
curl -sS -f -X PUT -H "$AUTH" -H "Content-Type: application/json" -d '{"script": "changed"}' \
  "$FLOWG/api/v1/transformers/a%2Fb" > /dev/null
curl -sS -f -X DELETE -H "$AUTH" "$FLOWG/api/v1/streams/app:web" > /dev/null
`;
    // the token that the backup holds is still there: the script that made it restores with it
    expect(await script(LOG_IN + token + change + RESTORE, dir)).toBe("true\ntrue\ntrue\n");
    const [auth, config, logs] = await contentsOf(server.dirs);
    expect([config, logs]).toEqual(before.slice(1));
    // and only the token of this last run is new
    const added = [...(auth ?? [])].filter(([key]) => !before[0]?.has(key));
    expect(added.map(([key]) => Buffer.from(key, "hex").toString())).toEqual([
      expect.stringMatching(/^token\x1broot\x1b/),
    ]);
  });

  test("restores all three in a row with one session, also where the first brings an older password", async () => {
    const dir = await mkdtemp(join(path, "older-"));
    await script(LOG_IN + BACK_UP, dir);
    const change = (from: string, to: string) => `
curl -sS -f -X POST -H "$AUTH" -H "Content-Type: application/json" \
  -d '{"old_password": "${from}", "new_password": "${to}"}' "$FLOWG/api/v1/auth/change-password" > /dev/null
PASSWORD='${to}'
`;
    await script(LOG_IN + change(ROOT_PASSWORD, "a newer password") + LOG_IN + RESTORE, dir);
    await server.login("root", ROOT_PASSWORD);
    await expect(server.login("root", "a newer password")).rejects.toThrow("401");
  });

  test("sends files that the command line made, and FlowG's own", async () => {
    await using other = await startFlowg();
    const { dirs } = server;
    const places = ["--auth-dir", dirs.auth, "--config-dir", dirs.config, "--log-dir", dirs.logs];
    const made = join(path, "made offline");
    // while the server runs
    expect(await flowg("admin", "backup", "--backup-dir", made, ...places)).toMatchObject({
      code: 0,
    });
    const send = (file: string, database: string) => `
curl -sS -f -X POST -H "$AUTH" --form "backup=@${file}" "${other.url}/api/v1/restore/${database}?mode=replace" | jq -r .report.format
`;
    const there = LOG_IN.replace("$FLOWG", other.url);
    // in another server, the session is of another root: it goes on, by name
    await script(
      there +
        ["log.db:logs", "config.db:config", "auth.db:auth"]
          .map((pair) => send(join(made, pair.split(":")[0] ?? ""), pair.split(":")[1] ?? ""))
          .join(""),
    );
    expect(await contentsOf(other.dirs)).toEqual(await contentsOf(server.dirs));

    const fixtures = join(import.meta.dirname, "../../fixtures/flowg-0.24.1");
    const merged = ["log.db:logs", "config.db:config", "auth.db:auth"].map((pair) => {
      const [file = "", database = ""] = pair.split(":");
      return send(join(fixtures, file), database).replace("?mode=replace", "");
    });
    expect(await script(there + merged.join(""))).toBe(
      "flowg-badger\nflowg-config-archive\nflowg-badger\n",
    );
    // FlowG's token of then is good now, and root's password is FlowG's
    const whoami = `curl -sS -f -H "Authorization: Bearer pat:$(cat ${fixtures}/root.tok)" ${other.url}/api/v1/auth/whoami | jq -r .user.name`;
    expect(await script(whoami)).toBe("root\n");
    await other.login("root", "root");
  });

  test("types what FlowG's guide says, without the @, and is told what to type", async () => {
    const said = await script(
      `${LOG_IN}
curl -sS -X POST -H "$AUTH" --form backup=auth.db -w ' %{http_code}' "$FLOWG/api/v1/restore/auth"`,
    );
    expect(said).toMatch(/ 400$/);
    expect(said).toContain("backup=@auth.db");
  });

  test("unpacks all three of one instant from one download", async () => {
    const dir = await mkdtemp(join(path, "all-"));
    const said = await script(
      `${LOG_IN}
curl -sS -f -H "$AUTH" "$FLOWG/api/v1/backup" | tar -x
ls -A
jq -r '.setId' manifest.json
for file in $(jq -r '.snapshots[].name' manifest.json); do stat -c %s $file; done
jq -r '.snapshots[].bytes' manifest.json
`,
      dir,
    );
    const lines = said.trimEnd().split("\n");
    expect(lines.slice(0, 4)).toEqual(["auth.db", "config.db", "logs.db", "manifest.json"]);
    expect(lines.slice(5, 8)).toEqual(lines.slice(8));
    const inspected = await Promise.all(
      DATABASE_KINDS.map((kind) => flowg("admin", "inspect", join(dir, `${kind}.db`), "--json")),
    );
    const setIds = inspected.map(({ stdout }) => JSON.parse(stdout.toString()).setId);
    expect(setIds).toEqual([lines[4], lines[4], lines[4]]);
  });
});
