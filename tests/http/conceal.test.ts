// What errors say of the server's files: the log has it, clients don't.

import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { HTTP_STATUS } from "../../server/api/status.js";
import { concealer } from "../../server/http/conceal.js";
import { ERROR_CODES, type ErrorCode, FlowgError } from "../../server/platform/errors.js";
import { startServer } from "./test-server.js";

const PLACE = "(a path that the server's log has)";
const DIRECTORY = "/srv/my data (new)/logs";

it.each((Object.keys(ERROR_CODES) as ErrorCode[]).filter((code) => HTTP_STATUS[code] >= 422))(
  "%s says no path of the server, in no part of it",
  (code) => {
    const path = `${DIRECTORY}/spool/.logs.db.1-a.part`;
    const error = new FlowgError(code, `cannot read ${path}: EIO, read '/mnt/x/y.z'`, {
      hint: `run \`chmod 600 ${path}\``,
      details: { report: { notes: [`in ${DIRECTORY}`, 3] }, offset: 7 },
    });
    const shown = concealer([DIRECTORY])(error);
    expect(shown).toMatchObject({
      code,
      message: `cannot read ${PLACE}: EIO, read '${PLACE}'`,
      hint: `run \`chmod 600 ${PLACE}\``,
      details: { report: { notes: [`in ${PLACE}`, 3] }, offset: 7 },
    });
  },
);

it.each([
  ["what the client named", "INPUT_INVALID", 'there is no stream "/srv/x"'],
  ["numbers and types", "SNAPSHOT_CORRUPT", "3/4 blocks of application/json, N/A, tar.gz"],
  ["a web address", "UPSTREAM_FAILED", "https://example.com/a/b?x=/c answered 500"],
  ["names that hold a known directory's", "UPSTREAM_FAILED", "cache/tmp, s3://bucket/tmp"],
] as const)("leaves %s", (_, code, message) => {
  expect(concealer([DIRECTORY, "/tmp"])(new FlowgError(code, message)).message).toBe(message);
});

it("a path that begins as a known directory does is concealed as a whole", () => {
  const error = new FlowgError("INTERNAL", "no /tmpfs/x; in /tmp/a b, and file:///tmp.");
  expect(concealer(["/tmp"])(error).message).toBe(
    `no ${PLACE}; in ${PLACE} b, and file://${PLACE}.`,
  );
});

it("a server whose files can't be used tells the client so, and the log where", async () => {
  await using server = await startServer();
  const spool = join(server.dir, "logs", "spool");
  await rm(spool, { recursive: true });
  await writeFile(spool, "in the way");
  for (const kind of ["logs", ""]) {
    const reply = await server.call(`/backup/${kind}`.replace(/\/$/, ""), { as: server.root });
    expect(reply.status).toBe(500);
    expect(reply.text).not.toContain(server.dir);
    expect(reply.text).not.toContain("/logs/");
    const line = server.logLines.find(({ requestId, level }) => {
      return requestId === reply.body.requestId && level === "error";
    });
    expect(JSON.stringify(line)).toContain(spool);
  }
});
