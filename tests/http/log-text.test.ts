// `serve --log-format text`: lines as FlowG's own, one for each record whatever is in it, and never one that waits.

import { expect, it, test } from "vitest";
import { createLog } from "../../server/http/log.js";
import { flowg } from "../cli/flowg.js";

function linesOf(use: (log: ReturnType<typeof createLog>) => void): string[] {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  use(createLog({ verbose: true, format: "text", destination }));
  return lines;
}

it("is time, level, message and what else there is", () => {
  const [line] = linesOf((log) => log.warn({ user: "root", bytes: 5, ok: true }, "two words"));
  expect(line).toMatch(
    /^time=\d{4}-\d\d-\d\dT[\d:.]+Z level=WARN msg="two words" user=root bytes=5 ok=true\n$/,
  );
});

it("keeps everything on one line, and writes out what a terminal would obey", () => {
  const lines = linesOf((log) => {
    log.info({ path: 'a b="c"\n\x1b[31m\x9b', empty: "", none: null, list: [1, "x y"] }, "x");
    log.error({ err: Object.assign(new Error("no\nroom"), { code: "ENOSPC" }) }, "failed");
    log.child({ requestId: "r1" }).debug({ report: { kinds: { entry: { added: 3 } } } }, "done");
  });
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toMatch(/^\P{C}+\n$/u);
  expect(lines[0]).toContain(
    'path="a b=\\"c\\"\\n\\u001b[31m\\u009b" empty="" none=null list="[1,\\"x y\\"]"',
  );
  expect(lines[1]).toContain(' err.code=ENOSPC err.message="no\\nroom" ');
  expect(lines[2]).toMatch(/level=DEBUG msg=done requestId=r1 report\.kinds\.entry\.added=3\n$/);
});

test("flowg serve knows json and text", async () => {
  const ran = await flowg(["serve", "--log-format", "logfmt"]);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('error: --log-format: "logfmt" is neither json nor text\n');
});
