// Every issue that a schema of the API can give, in sentences of ours.

import { expect, test } from "vitest";
import { z } from "zod";
import { appRouter } from "../../../server/api/router.js";
import { ROUTES } from "../../../server/http/route.js";
import { issueSentence } from "../../../server/platform/messages/sentences.js";
import { type Sent, startServer } from "../../http/test-server.js";

const says = (schema: z.ZodType, input: unknown): string[] =>
  schema
    .safeParse(input)
    .error?.issues.map(({ path, message }) =>
      issueSentence({ path: z.core.toDotPath(path), message }),
    ) ?? [];

const time = z.object({ from: z.iso.datetime({ offset: true }) });
const scopes = z.object({ scopes: z.array(z.enum(["read_streams", "send_logs"])) });
const strict = z.strictObject({ dryRun: z.stringbool().optional(), mode: z.string().optional() });

test("an issue becomes a sentence", () => {
  const cases: [z.ZodType, unknown, string][] = [
    [time, { from: "2026-11-23" }, "from: write 2026-11-23T00:00:00Z"],
    [time, { from: "2026-11-23T12:30" }, "from: write 2026-11-23T12:30:00Z"],
    [time, { from: "2026-11-23 12:30:05.5" }, "from: write 2026-11-23T12:30:05.5Z"],
    [time, { from: "2026-11-23T12:30:05 02:00" }, "from: write a time as 2026-11-23T00:00:00Z"],
    [time, { from: "2026-02-30" }, "from: write a time as 2026-11-23T00:00:00Z"],
    [time, { from: "yesterday" }, "from: write a time as 2026-11-23T00:00:00Z"],
    [time, {}, "from is missing: write for example 2026-11-23T00:00:00Z"],
    [strict, { dryrun: "1" }, "unknown dryrun: did you mean dryRun?"],
    [strict, { dry_run: "1" }, "unknown dry_run: did you mean dryRun?"],
    [strict, { dryRnu: "1" }, "unknown dryRnu: did you mean dryRun?"],
    [strict, { frobnicate: "1" }, "unknown frobnicate: there is dryRun and mode"],
    [strict, { dryRun: "maybe" }, "dryRun must be true or false"],
    [
      strict,
      { mode: ["a", "b"] },
      "mode must be one string: it is a list, or given more than once",
    ],
    [
      scopes,
      { scopes: ["read_stream"] },
      "scopes[0]: unknown read_stream: did you mean read_streams?",
    ],
    [scopes, { scopes: ["x"] }, "scopes[0] must be one of read_streams or send_logs"],
    [scopes, { scopes: "x" }, "scopes must be a list: put it in square brackets"],
    [scopes, {}, "scopes is missing: it must be a list"],
    [scopes, 1, "the input must be an object, not a number"],
    [z.object({ n: z.int() }), { n: "5" }, "n must be a number: write 5, without quotes"],
    [z.object({ n: z.int() }), { n: 1.5 }, "n must be a whole number"],
    [z.object({ n: z.int() }), { n: 1e300 }, "n must be at most 9007199254740991"],
    [z.object({ n: z.string().min(1) }), { n: "" }, "n must not be empty"],
    [
      z.object({ n: z.guid() }),
      { n: "x" },
      "n must be a UUID: 8-4-4-4-12 hexadecimal digits, as `token list` shows it",
    ],
    [
      z.object({ password: z.string() }),
      { password: 12345 },
      "password must be a string: put it in quotes",
    ],
    [z.object({ n: z.literal(true) }), { n: 1 }, "n must be true"],
    [
      z.object({ n: z.boolean() }),
      { n: "true" },
      "n must be true or false: write true, without quotes",
    ],
    [
      z.union([z.string(), z.number()]),
      true,
      "the input must be a string: put it in quotes, or must be a number, not true or false",
    ],
  ];
  for (const [schema, input, sentence] of cases) expect(says(schema, input)).toEqual([sentence]);
});

const VALIDATORS = /invalid|expected|received|too (small|big)|unrecognized/i;
const WRONG = [
  undefined,
  null,
  0,
  1.5,
  1e300,
  true,
  "",
  "x",
  [],
  [1],
  ["x"],
  {},
  { x: 1 },
  { x: null },
];

test("no schema of the API speaks the validator's language", () => {
  const procedures = appRouter._def.procedures as unknown as Record<
    string,
    { _def: { inputs: z.ZodObject[] } }
  >;
  let found = 0;
  for (const { procedure } of ROUTES) {
    for (const input of procedures[procedure]?._def.inputs ?? []) {
      for (const wrong of WRONG) {
        const whole = Object.fromEntries(Object.keys(input.shape).map((name) => [name, wrong]));
        const nested = { ...whole, flow: { nodes: [wrong], edges: [wrong] }, config: whole };
        for (const value of [wrong, whole, nested]) {
          for (const sentence of says(input, value)) {
            found++;
            expect(sentence).not.toMatch(VALIDATORS);
          }
        }
      }
    }
  }
  expect(found).toBeGreaterThan(500);
});

test("a parameter that nobody knows is refused, and named", async () => {
  await using server = await startServer();
  const cases: [string, Sent, string][] = [
    ["/restore/auth?dryrun=true", { method: "POST" }, "unknown dryrun: did you mean dryRun?"],
    ["/streams/x/logs?form=1&to=2", {}, "unknown form: did you mean from?"],
    [
      "/streams/x/logs?from=2026-11-23&to=2026-11-24T00:00:00Z",
      {},
      "from: write 2026-11-23T00:00:00Z",
    ],
    ["/backup/auth?skip-damaged=1", {}, "unknown skip-damaged: did you mean skipDamaged?"],
    ["/streams/x?dryRun=true", { method: "DELETE" }, "unknown dryRun: this takes no parameters"],
    [
      "/streams/x?dryRun=true",
      { method: "PUT", body: "{}" },
      "unknown dryRun: this takes no parameters",
    ],
    [
      "/restore/undo?dryRun=true",
      { method: "POST", body: "{}" },
      "dryRun belongs in the JSON body, not in the query",
    ],
    [
      "/restore/undo?dryrun=true",
      { method: "POST", body: "{}" },
      "unknown dryrun: did you mean dryRun? It belongs in the JSON body",
    ],
    ["/pipelines?warnigns=1", {}, "unknown warnigns: did you mean warnings?"],
  ];
  for (const [path, init, message] of cases) {
    const { status, body } = await server.call(path, { as: server.root, ...init });
    expect({ path, status, code: body.code, message: body.message }).toEqual({
      path,
      status: 400,
      code: "INPUT_INVALID",
      message,
    });
  }
});
