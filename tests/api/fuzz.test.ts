// The server keeps to its own document. Every operation gets many requests, fitting and not: none causes a fault of the
// server, or an answer that the document does not describe. A failure prints its seed and its request, which bring it again.

import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FakeAdministration } from "../http/fake-administration.js";
import { startServer, type TestServer } from "../http/test-server.js";
import {
  JSON_TYPE,
  type Operation,
  operations,
  type Parameter,
  problem,
  schemas,
} from "./document.js";
import { fitting, misfitting, type Schema } from "./schema-values.js";

/** As many as find what is new; `npm run test:faults` makes ten times as many. */
const RUNS = process.env.FLOWG_FAULTS === "all" ? 300 : 30;
const SEED = 20_261_123;

let server: TestServer;
let admin: string;
beforeAll(async () => {
  server = await startServer({ administration: new FakeAdministration() });
  const put = (path: string, json: unknown) => server.must(path, { method: "PUT", json });
  // a user of its own: what is done to root must not stop it
  await put("/users/fuzzer", { roles: ["admin"], password: "x" });
  const session = await server.login("fuzzer", "x");
  const { body } = await server.call("/token", { method: "POST", as: session });
  admin = `Bearer pat:${body.token}`;
  await put("/transformers/known", { script: "" });
  // nobody listens there
  await put("/alerts/known", { webhook: { url: "http://127.0.0.1:1/" } });
  const nodes = [
    { id: "s", type: "source" },
    { id: "r", type: "router", data: { stream: "known" } },
  ];
  await put("/pipelines/known", {
    flow: { nodes, edges: [{ id: "e", source: "s", target: "r" }] },
  });
  await server.must("/pipelines/known/logs", { method: "POST", json: { record: { a: "b" } } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Values that lead further than random ones do. */
const USEFUL: Record<string, string[]> = {
  filter: ['a = "b"', 'not (a in ["b", "c"]) or x != "y"'],
  limit: ["1", "1000"],
  dryRun: ["true", "false"],
  from: ["2000-01-01T00:00:00Z"],
  to: ["2100-01-01T00:00:00+02:00"],
};
const NAMES = ["known", "default"];
/** Without these the fuzzer would lose its own rights. */
const SPARED = new Set(["fuzzer", "admin"]);

const either = (schema: Schema) =>
  fc.oneof(
    { weight: 2, arbitrary: fitting(schema, schemas) },
    { weight: 1, arbitrary: misfitting(schema, schemas) },
  );

function parameterValue({ name, in: where, schema }: Parameter): fc.Arbitrary<unknown> {
  const useful = USEFUL[name] ?? (where === "path" && !name.includes("uuid") ? NAMES : []);
  if (useful.length === 0) return either(schema);
  return fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...useful) }, either(schema));
}

/** Path and query; undefined for a name that would be another path, or the fuzzer's. */
function targetOf(
  path: string,
  parameters: readonly Parameter[],
  values: Record<string, unknown>,
): string | undefined {
  let target = path;
  const search = new URLSearchParams();
  for (const { name, in: where } of parameters) {
    if (!Object.hasOwn(values, name)) continue;
    const value = values[name];
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if (where === "query") search.append(name, text);
    else if (text === "" || text === "." || text === ".." || SPARED.has(text)) return undefined;
    else target = target.replace(`{${name}}`, () => encodeURIComponent(text.toWellFormed()));
  }
  return `${target}?${search}`;
}

/** A form with some file or text in it, well made or not. */
function formOf(value: unknown): FormData {
  const form = new FormData();
  const text = JSON.stringify(value);
  if (text.length % 5 === 0) form.append("backup", text);
  else form.append(text.length % 7 === 0 ? text : "backup", new Blob([text]), text);
  return form;
}

function bodyOf({ requestBody }: Operation, value: unknown): string | FormData | null {
  if (requestBody === undefined) return null;
  return requestBody.content[JSON_TYPE] ? JSON.stringify(value) : formOf(value);
}

// deletions come last, so that the others find something
const isDelete = ({ method }: { method: string }) => Number(method === "DELETE");
const ordered = [...operations].sort((a, b) => isDelete(a) - isDelete(b));

it.each(ordered.map((one) => [one.operation.operationId, one] as const))(
  "%s: no fault, no answer outside the document",
  async (_, { path, method, operation }) => {
    const { parameters = [], requestBody, responses } = operation;
    const values = fc.record(
      Object.fromEntries(parameters.map((one) => [one.name, parameterValue(one)])),
      { requiredKeys: parameters.filter((one) => one.in === "path").map(({ name }) => name) },
    );
    const json = requestBody?.content[JSON_TYPE];
    const bodies = json ? either(json.schema) : fc.jsonValue({ maxDepth: 1 });
    const check = async (given: Record<string, unknown>, value: unknown) => {
      const target = targetOf(path, parameters, given);
      fc.pre(target !== undefined);
      const controller = new AbortController();
      const response = await fetch(server.url + target, {
        method,
        headers: { Authorization: admin, ...(json && { "Content-Type": JSON_TYPE }) },
        body: bodyOf(operation, value),
        signal: controller.signal,
      });
      const { status } = response;
      const type = response.headers.get("content-type")?.replace(/;.*$/, "") ?? "";
      const at = `${method} ${target} ${JSON.stringify(value)} -> ${status} ${type}`;
      const described = responses[status]?.content[type];
      expect([at, described !== undefined]).toEqual([at, true]);
      const answer = (type === JSON_TYPE ? await response.json() : undefined) as
        | { code?: string }
        | undefined;
      // a webhook that fails is answered so, as by FlowG
      const isFault = status === 500 && answer?.code !== "UPSTREAM_FAILED";
      expect([at, isFault]).toEqual([at, false]);
      if (type === JSON_TYPE) {
        expect([at, problem(described?.schema ?? {}, answer)]).toEqual([at, null]);
      }
      // answers that never end are left
      controller.abort();
    };
    await fc.assert(fc.asyncProperty(values, bodies, check), { numRuns: RUNS, seed: SEED });
  },
);
