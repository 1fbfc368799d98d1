// Each look at a configuration warns of what this server cannot carry out, and never refuses it for that.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigWarnings } from "../../server/records/config/config-warnings.js";
import { pipelineWarning } from "../../server/records/config/warnings.js";
import { alertKey, pipelineKey, transformerKey } from "../../server/records/records.js";
import { fixedHeader, makeSnapshot } from "../formats/snapshot/make-snapshot.js";
import { flowg, ROOT_PASSWORD, startFlowg, upload } from "../operations/online/flowg-server.js";

const source = { id: "in", type: "source", data: { type: "direct" } };
const router = { id: "out", type: "router", data: { stream: "web" } };
const flowOf = (...nodes: { id: string; type: string; data: object }[]) => ({
  version: 1,
  nodes: [source, ...nodes],
  edges: nodes.map(({ id }) => ({ id, source: "in", target: id })),
});
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const node = (type: string) => ({ id: `the ${type}`, type, data: {} });
const entering = (pipeline: string) => ({ id: "p", type: "pipeline", data: { pipeline } });
/** A node of a later FlowG. */
const metric = node("metric");

const EXPECTED = [
  'The alert "out" is a forwarder of the type "amqp", which does not run here.',
  'The pipeline "alerting" leads to pipeline node "the pipeline", which names no pipeline: each log sent to it is refused.',
  'The pipeline "metrics" leads to switch node "the switch", which names no condition, and leads to node "the metric" of type "metric", which this server cannot carry out: each log that comes there is answered with an error, and takes its other ways.',
];

let home: string;
let file: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-config-warnings-"));
  const amqp = { version: 2, config: { type: "amqp", url: "amqp://u:s3cr3t@h/" } };
  const records = [
    { key: alertKey("hook"), value: json({ version: 1, url: "http://h/", headers: null }) },
    { key: alertKey("out"), value: json(amqp) },
    { key: pipelineKey("alerting"), value: json(flowOf(node("pipeline"))) },
    { key: pipelineKey("good"), value: json(flowOf(router)) },
    { key: pipelineKey("metrics"), value: json(flowOf(node("switch"), metric, router)) },
  ];
  file = join(home, "config.db");
  await writeFile(file, await makeSnapshot([records], fixedHeader("config")));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const warningsOf = (text: string): string[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("warning: "))
    .map((line) => line.replace(/^warning: (\/\S+: |config: )?/, ""));

test("verify and inspect", async () => {
  for (const command of ["verify", "inspect"]) {
    const { code, stderr } = await flowg("admin", command, file);
    expect(code, String(stderr)).toBe(0);
    expect(warningsOf(String(stderr))).toEqual(EXPECTED);
    expect(String(stderr)).not.toContain("s3cr3t");
  }
});

test("a restore names pipelines whose scripts do not run here, and alerts that are not called, offline and on a server, dry or not", async () => {
  const through = (transformer: string) =>
    json({
      version: 1,
      nodes: [source, { id: "t", type: "transform", data: { transformer } }, router],
      edges: [
        { id: "1", source: "in", target: "t" },
        { id: "2", source: "t", target: "out" },
      ],
    });
  const records = [
    {
      key: alertKey("inside"),
      value: json({ version: 1, url: "http://10.1.2.3/", headers: null }),
    },
    { key: pipelineKey("calls"), value: through("calls") },
    { key: pipelineKey("half"), value: through("half") },
    { key: pipelineKey("outer"), value: json(flowOf(entering("half"), router)) },
    { key: pipelineKey("whole"), value: json(flowOf(entering("whole part"))) },
    { key: pipelineKey("whole part"), value: json(flowOf(router)) },
    { key: transformerKey("calls"), value: Buffer.from(".a = get_hostname!()") },
    { key: transformerKey("half"), value: Buffer.from(".a = (") },
    { key: transformerKey("long"), value: Buffer.from(`# ${"a".repeat(128 * 1024)}`) },
  ];
  const own = join(home, "scripts");
  await mkdir(own);
  const bytes = await makeSnapshot([records], fixedHeader("config"));
  await writeFile(join(own, "config.db"), bytes);
  const expected = [
    /^The transformer "calls" calls get_hostname, which this server's VRL doesn't have/,
    /^The pipeline "calls" leads to transform node "t", whose transformer "calls" does not run: the script calls get_hostname, .*: each log sent to it is refused\.$/,
    /^The pipeline "half" leads to transform node "t", whose transformer "half" does not run: line 1, .*: each log sent to it is refused\.$/,
    /^The pipeline "outer" enters the pipeline "half", which leads to transform node "t", .*takes its other ways\.$/,
    /^The alert "inside" leads to 10\.1\.2\.3, which is not a public address: .*--alert-allow 10\.1\.2\.3\.$/,
    /^1 transformer was not tried, because that takes too much time or memory here/,
  ].map((words) => expect.stringMatching(words));
  const dirs = [
    "--config-dir",
    join(own, "data"),
    "--backup-dir",
    own,
    "--only",
    "config",
    "--yes",
  ];
  for (const dry of [["--dry-run"], []]) {
    const { code, stderr } = await flowg("admin", "restore", ...dirs, ...dry);
    expect(code, String(stderr)).toBe(0);
    expect(warningsOf(String(stderr))).toEqual(expected);
  }
  await using server = await startFlowg({ home: join(home, "scripts-server") });
  const as = await server.login("root", ROOT_PASSWORD);
  for (const path of ["/restore/config?dryRun=true", "/restore/config"]) {
    const { status, body } = await upload(server, { as, path, bytes });
    expect(status).toBe(200);
    expect(body.report.warnings).toEqual(expected);
  }
});

test("a forwarder that is wrong, or of another version, has its own words", async () => {
  const records = [
    {
      key: alertKey("later"),
      value: json({ version: 3, config: { type: "http", url: "http://h/" } }),
    },
    { key: alertKey("nowhere"), value: json({ version: 2, config: { type: "http" } }) },
    { key: alertKey("splunk"), value: json({ version: 2, config: { type: "splunk" } }) },
    { key: alertKey("splunk3"), value: json({ version: 3, config: { type: "splunk" } }) },
  ];
  const own = join(home, "forwarders.db");
  await writeFile(own, await makeSnapshot([records], fixedHeader("config")));
  const { stderr } = await flowg("admin", "verify", own);
  expect(warningsOf(String(stderr))).toEqual([
    'The alert "later" is of version 3, which does not run here.',
    'The alert "nowhere" is a forwarder of the type "http", whose url is missing.',
    'The alert "splunk" is a forwarder of the type "splunk", whose endpoint is missing.',
    'The alert "splunk3" is a forwarder of the type "splunk", which does not run here.',
  ]);
});

test("a server: at its restore, dry or not, its lists, its answers and its start", async () => {
  const bytes = await makeSnapshot(
    [
      [
        { key: alertKey("out"), value: json({ version: 2, config: { type: "amqp" } }) },
        { key: pipelineKey("alerting"), value: json(flowOf(node("pipeline"))) },
      ],
    ],
    fixedHeader("config"),
  );
  const [inert, alerting] = EXPECTED;
  {
    await using server = await startFlowg({ home: join(home, "server") });
    const as = await server.login("root", ROOT_PASSWORD);
    for (const path of ["/restore/config?dryRun=true", "/restore/config"]) {
      const { status, body } = await upload(server, { as, path, bytes });
      expect(status).toBe(200);
      expect(body.report.warnings).toEqual([inert, alerting]);
    }
    // scripts of FlowG's see what they know
    expect(await server.call(as, "GET", "/pipelines")).toEqual({
      success: true,
      pipelines: ["alerting", "default"],
    });
    expect(await server.call(as, "GET", "/pipelines?warnings=true")).toMatchObject({
      warnings: [alerting],
    });
    expect(await server.call(as, "GET", "/alerts?warnings=true")).toMatchObject({
      warnings: [inert],
    });
    expect(await server.call(as, "GET", "/alerts/out")).toEqual({
      success: true,
      webhook: { version: 2, url: "", headers: {}, type: "amqp", config: { type: "amqp" } },
    });
    await expect(server.call(as, "POST", "/test/alerts/out", { record: {} })).rejects.toThrow(
      /501 .*is a forwarder of the type/,
    );
    const saved = await server.call(as, "PUT", "/pipelines/again", {
      flow: flowOf(node("pipeline")),
    });
    expect(saved.warnings).toEqual([alerting?.replace("alerting", "again")]);
    expect(await server.call(as, "PUT", "/pipelines/fine", { flow: flowOf(router) })).toEqual({
      success: true,
    });
    await server.call(as, "PUT", "/alerts/out", { webhook: { url: "http://h/" } });

    const { token } = await server.call(as, "POST", "/token");
    const online = ["--url", server.url, "--token", token];
    const listed = await flowg("pipeline", "list", ...online);
    expect(String(listed.stdout)).toBe("again\nalerting\ndefault\nfine\n");
    expect(warningsOf(String(listed.stderr))).toHaveLength(2);
    const flowFile = join(home, "flow.json");
    await writeFile(flowFile, json(flowOf(node("pipeline"))));
    const set = await flowg("pipeline", "set", "again", "--file", flowFile, ...online);
    expect([set.code, warningsOf(String(set.stderr))]).toEqual([0, saved.warnings]);
  }
  await using server = await startFlowg({ home: join(home, "server") });
  const told = server
    .logLines()
    .filter(({ level, msg }) => level === "warn" && /ipeline/.test(msg));
  expect(told.map(({ msg }) => msg)).toEqual([alerting?.replace("alerting", "again"), alerting]);
});

test("an offline restore, dry or not", async () => {
  const dirs = ["auth", "config", "logs"].flatMap((kind) => [
    `--${kind === "logs" ? "log" : kind}-dir`,
    join(home, "data", kind),
  ]);
  for (const flags of [["--dry-run"], []]) {
    const only = ["--only", "config", "--backup-dir", home, "--yes"];
    const { code, stderr } = await flowg("admin", "restore", ...dirs, ...only, ...flags);
    expect(code, String(stderr)).toBe(0);
    expect(warningsOf(String(stderr))).toEqual(expect.arrayContaining(EXPECTED));
  }
});

describe("a warning", () => {
  test("is of what keeps logs out, not of what may stay undrawn", () => {
    expect(pipelineWarning("p", {})).toBeUndefined();
    expect(pipelineWarning("p", flowOf(router))).toBeUndefined();
    // not reached by any log
    expect(
      pipelineWarning("p", { ...flowOf(router), nodes: [source, router, metric] }),
    ).toBeUndefined();
    expect(pipelineWarning("p", { nodes: [router] })).toMatch(/has no direct source/);
    expect(pipelineWarning("p", { nodes: [source] })).toMatch(/taken and not stored/);
    expect(pipelineWarning("p", flowOf({ ...router, data: {} }))).toMatch(/names no stream/);
  });

  test("names some of very many nodes, and there are not too many of them", () => {
    const many = Array.from({ length: 500 }, (_, i) => ({ ...metric, id: String(i) }));
    const warning = pipelineWarning("p", flowOf(...many)) as string;
    expect(warning).toMatch(/and 497 more of the kind: each log/);
    const warnings = new ConfigWarnings();
    for (let i = 0; i < 100; i++) warnings.add(warning);
    expect(warnings.list()).toHaveLength(21);
    expect(warnings.list().at(-1)).toMatch(/And 80 more/);
  });
});
