// Pipelines that don't run, since an item that they lead to doesn't, or is no longer there: saving, deleting and listing say so.

import { afterAll, beforeAll, expect, it } from "vitest";
import { startServer, type TestServer } from "../http/test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ alertAllow: [] });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const BROKEN = ".a = (";

const flowThrough = (type: string, data: Record<string, string>) => ({
  nodes: [
    { id: "in", type: "source", data: { type: "direct" } },
    { id: "it", type, data },
    { id: "out", type: "router", data: { stream: "s" } },
  ],
  edges: [
    { id: "1", source: "in", target: "it" },
    ...(type === "transform" ? [{ id: "2", source: "it", target: "out" }] : []),
  ],
});
const put = async (path: string, json: object, as = server.root) =>
  (await server.call(path, { method: "PUT", as, json })).body;
const remove = async (path: string, as = server.root) =>
  (await server.call(path, { method: "DELETE", as })).body;
const script = (name: string, text: string) => put(`/transformers/${name}`, { script: text });
const pipeline = (name: string, type: string, data: Record<string, string>) =>
  put(`/pipelines/${name}`, { flow: flowThrough(type, data) });
const listed = async (): Promise<string[]> =>
  (await server.must("/pipelines?warnings=true")).body.warnings;

it("a pipeline through a script that can't be compiled is saved, and told by saving and by the list", async () => {
  await script("half", BROKEN);
  const saved = await pipeline("p", "transform", { transformer: "half" });
  const words =
    /^The pipeline "p" leads to transform node "it", whose transformer "half" does not run: line 1, column \d+: .*: each log sent to it is refused\.$/;
  expect(saved).toEqual({ success: true, warnings: [expect.stringMatching(words)] });
  expect(await listed()).toContainEqual(expect.stringMatching(words));
  const sent = await server.call("/pipelines/p/logs", {
    method: "POST",
    as: server.root,
    json: { record: { a: "1" } },
  });
  expect([sent.status, sent.body.message]).toEqual([
    400,
    expect.stringMatching(/transformer "half": line 1/),
  ]);
  expect(await script("half", ".a = 1")).toEqual({ success: true });
  expect((await listed()).join()).not.toContain('"half"');
});

it("a script that stops running names the pipelines that lead to it", async () => {
  const name = 'a "good" one';
  await script(encodeURIComponent(name), ".a = 1");
  expect(await pipeline("loyal", "transform", { transformer: name })).toEqual({ success: true });
  const { warnings } = await script(encodeURIComponent(name), BROKEN);
  expect(warnings).toEqual([
    expect.stringMatching(/^The transformer ".*good.*" does not run: line 1/),
    expect.stringMatching(/^The pipeline "loyal" leads to transform node "it"/),
  ]);
});

it("deleting a transformer, an alert, a forwarder or a pipeline names the pipelines that lead to it", async () => {
  const webhook = { url: "https://example.com/" };
  const cases = [
    ["transformers", { script: "" }, "transform", "transformer"],
    ["alerts", { webhook }, "alert", "alert"],
    ["forwarders", { forwarder: { config: { type: "http", ...webhook } } }, "alert", "alert"],
    ["pipelines", { flow: flowThrough("router", { stream: "s" }) }, "pipeline", "pipeline"],
  ] as const;
  for (const [path, body, type, kind] of cases) {
    await put(`/${path}/gone`, body);
    expect(await pipeline(`to ${path}`, type, { [kind]: "gone" })).toEqual({ success: true });
    expect(await remove(`/${path}/gone`)).toEqual({
      success: true,
      warnings: [
        `The pipeline "to ${path}" leads to ${type} node "it", which names the ${kind} "gone", and there is none: each log sent to it is refused.`,
      ],
    });
    expect(await remove(`/pipelines/to ${path}`)).toEqual({ success: true });
  }
});

it("tells no names of pipelines to a user who may not read them", async () => {
  const as = await server.userWith("write_transformers");
  await script("theirs", "");
  await pipeline("secret", "transform", { transformer: "theirs" });
  const { warnings } = await put("/transformers/theirs", { script: BROKEN }, as);
  expect(warnings).toEqual([expect.stringMatching(/^The transformer "theirs" does not run/)]);
  expect(await remove("/transformers/theirs", as)).toEqual({ success: true });
});

it("tells nothing of a script's text to a user who may not read transformers", async () => {
  await script("kept", BROKEN);
  await pipeline("open", "transform", { transformer: "kept" });
  const about = async (...scopes: string[]): Promise<string> => {
    const as = await server.userWith(...scopes);
    const { body } = await server.call("/pipelines?warnings=true", { as });
    return body.warnings.find((one: string) => one.startsWith('The pipeline "open"'));
  };
  expect(await about("read_pipelines")).toBe(
    'The pipeline "open" leads to transform node "it", whose transformer "kept" does not run: a user who may read it sees why: each log sent to it is refused.',
  );
  expect(await about("read_pipelines", "read_transformers")).toMatch(/"kept" does not run: line 1/);
  const as = await server.userWith("write_pipelines");
  const flow = flowThrough("transform", { transformer: "kept" });
  expect((await put("/pipelines/open", { flow }, as)).warnings).toEqual([
    expect.stringContaining('"kept" does not run: a user who may read it sees why'),
  ]);
  for (const path of ["/pipelines/open", "/transformers/kept"]) await remove(path);
});

it("a script that doesn't run is told by the list of transformers, if it is asked", async () => {
  await script("list", BROKEN);
  const { body } = await server.must("/transformers?warnings=true");
  expect(body.warnings).toContainEqual(
    expect.stringMatching(/^The transformer "list" does not run: line 1/),
  );
  expect(await remove("/transformers/list")).toEqual({ success: true });
  expect((await server.must("/transformers")).body).not.toHaveProperty("warnings");
});

it("an alert inside the server's own network is told when it is saved, and by the list", async () => {
  const at = (host: string) => put("/alerts/inside", { webhook: { url: `http://${host}:9093/` } });
  for (const [host, told] of [
    ["10.1.2.3", "10.1.2.3"],
    ["localhost", "localhost"],
    ["[::1]", "::1"],
    ["[64:ff9b::10.1.2.3]", "10.1.2.3"],
  ] as const) {
    const warning = `The alert "inside" leads to ${told}, which is not a public address: the server calls it only where it is started with --alert-allow ${told}.`;
    expect(await at(host)).toEqual({ success: true, warnings: [warning] });
    for (const list of ["/alerts", "/forwarders"])
      expect((await server.must(`${list}?warnings=true`)).body.warnings).toContain(warning);
  }
  expect(await at("alerts.example.com")).toEqual({ success: true });
  await using allowing = await startServer({ alertAllow: ["10.0.0.0/8"] });
  const webhook = { url: "http://10.1.2.3/" };
  const saved = await allowing.must("/alerts/inside", { method: "PUT", json: { webhook } });
  expect(saved.body).toEqual({ success: true });
  expect((await allowing.must("/alerts?warnings=true")).body.warnings).toEqual([]);
});

it("an alert of a type that doesn't run here is told when it is saved", async () => {
  await pipeline("to queue", "router", { stream: "s" });
  await put("/alerts/queue", { webhook: { url: "https://example.com/" } });
  await pipeline("to queue", "alert", { alert: "queue" });
  const webhook = { version: 2, url: "", config: { type: "amqp" } };
  expect((await put("/alerts/queue", { webhook })).warnings).toEqual([
    expect.stringMatching(/^The alert "queue" is a forwarder of the type "amqp"/),
    expect.stringMatching(/^The pipeline "to queue" leads to alert node "it"/),
  ]);
});
