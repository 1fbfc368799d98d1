// No line of the log shows a token that somebody puts in the place of a name or a path.

import { expect, test } from "vitest";
import { createLog } from "../../server/http/log.js";

const TOKEN = `pat_${"aB3".repeat(10)}xy`;
const SESSION = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJyb290In0.c2lnbmF0dXJl-_x";

test.each([TOKEN, SESSION])("%s", (secret) => {
  const lines: string[] = [];
  const log = createLog({ verbose: true, destination: { write: (line) => lines.push(line) } });
  const path = `/api/v1/tokens/${secret}?x=1`;
  log.info({ path, requestId: secret, reason: `the expiry "${secret}" can't be taken` }, "request");
  expect(lines.join("")).not.toContain(secret);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    path: "/api/v1/tokens/(a token)?x=1",
    requestId: "(a token)",
    msg: "request",
  });
});
