import { describe, expect, it } from "vitest";
import { oldCondition } from "../../../server/formats/flowg/condition.js";
import { badgerStream, importBytes, tarGz } from "./encode.js";

const json = (value: unknown): string => JSON.stringify(value);
const archive = async (files: [string, string | Buffer][]) =>
  await importBytes(await tarGz(files), { format: "flowg-config-archive" });
const base64 = (value: unknown): string => Buffer.from(json(value)).toString("base64");

describe("a config database in BadgerDB (FlowG 0.35 and later)", () => {
  it("translates forwarders and flows of version 2", async () => {
    const node = (type: string, data: object) => ({
      id: type,
      type,
      data,
      position: { x: 1, y: 2 },
    });
    const flow = {
      version: 2,
      "version.minor": 1,
      nodes: [
        node("source", { type: "direct" }),
        node("forwarder", { forwarder: "hook" }),
        node("switch", { condition: 'level == "error" and not (app in ["a", "b"])' }),
      ],
      edges: [],
    };
    const { database, records, warnings } = await importBytes(
      badgerStream([
        { key: "pipeline\x1bp:1", value: json(flow) },
        { key: "transformer\x1bt", value: ". = {}" },
        {
          key: "forwarder\x1bhook",
          value: json({
            version: 2,
            config: { type: "http", url: "http://h/", headers: { a: "b" } },
          }),
        },
        { key: "forwarder\x1bv1", value: json({ version: 1, url: "http://h/", headers: null }) },
        { key: "system\x1bconfig", value: json({ syslog_allowed_origins: [] }) },
        { key: "__meta__\x1bmigration\x1bkey_separator" },
      ]),
    );
    expect(database).toBe("config");
    expect(Object.keys(records)).toEqual([
      "alert|hook",
      "alert|v1",
      "pipeline|p:1",
      "transformer|t",
    ]);
    expect(records["alert|hook"]).toBe(json({ version: 1, url: "http://h/", headers: { a: "b" } }));
    expect(records["alert|v1"]).toBe(json({ version: 1, url: "http://h/", headers: null }));
    const found = JSON.parse(records["pipeline|p:1"] ?? "");
    expect(found.version).toBe(1);
    expect(Object.keys(found)).not.toContain("version.minor");
    expect(found.nodes).toEqual([
      node("source", { type: "direct" }),
      { ...node("alert", { alert: "hook" }), id: "forwarder" },
      node("switch", { condition: 'level = "error" and not ( app in [ "a" , "b" ] )' }),
    ]);
    expect(warnings.join("\n")).toMatch(/1 key of system settings/);
  });

  it("keeps what doesn't run here as it is, and says so", async () => {
    const syslog = json({ version: 2, config: { type: "syslog", network: "udp" } });
    const switched = {
      version: 2,
      "version.minor": 1,
      nodes: [
        { id: "s", type: "switch", data: { condition: "len(level) > 3" } },
        { id: "m", type: "metric", data: {} },
      ],
      edges: [],
    };
    const { records, warnings } = await importBytes(
      badgerStream([
        { key: "forwarder:out", value: syslog },
        { key: "pipeline:hard", value: json(switched) },
        { key: "pipeline:future", value: json({ version: 3, nodes: [] }) },
        { key: "pipeline:broken", value: "not JSON" },
      ]),
    );
    expect(records["alert|out"]).toBe(syslog);
    expect(JSON.parse(records["pipeline|hard"] ?? "").nodes).toEqual(switched.nodes);
    expect(records["pipeline|future"]).toBe(json({ version: 3, nodes: [] }));
    expect(records["pipeline|broken"]).toBeUndefined();
    const text = warnings.join("\n");
    expect(text).toMatch(/pipeline "hard" has a condition to rewrite by hand, in node "s"/);
    expect(text).toMatch(/pipeline "hard" has a node of the unknown type "metric"/);
    expect(text).toMatch(/pipeline "future" has the unknown version 3/);
    expect(text).toMatch(/Left out 1 item that FlowG itself could not use: "pipeline broken"/);
  });

  it("keeps the filters of a flow of version 2 from before expr-lang", async () => {
    const flow = { version: 2, nodes: [{ type: "switch", data: { condition: 'a = "b"' } }] };
    const { records } = await importBytes(badgerStream([{ key: "pipeline:p", value: json(flow) }]));
    expect(JSON.parse(records["pipeline|p"] ?? "").nodes).toEqual(flow.nodes);
  });
});

describe("forwarders", () => {
  it("that lose something are named with what they lose, and no value is cut or shown", async () => {
    const name = `hook-${"x".repeat(40)}`;
    const url = "http://h/secret";
    const http = (more: object) => json({ version: 2, config: { type: "http", url, ...more } });
    const { records, warnings } = await importBytes(
      badgerStream([
        {
          key: `forwarder:${name}`,
          value: http({ body: "@expr:toJSON(log)", proxy: "http://u:p@x/" }),
        },
        { key: "forwarder:empty", value: http({ body: "", proxy: "", headers: {} }) },
        { key: "forwarder:new", value: http({ compress: true }) },
      ]),
    );
    // the body stays, and the server works it out
    expect(JSON.parse(records[`alert|${name}`] ?? "")).toEqual({
      version: 2,
      config: { type: "http", url, body: "@expr:toJSON(log)" },
    });
    expect(warnings.slice(1)).toEqual([
      `The alert "${name}" loses its "proxy": alerts here are posted directly.`,
      'The alert "new" loses its "compress": alerts here have nothing of the kind.',
    ]);
  });
});

describe("oldCondition", () => {
  it.each([
    ['a == "b"', 'a = "b"'],
    ['a != "" or b == "x"and c in []', 'a != "" or b = "x" and c in [ ]'],
    ['(a not in ["x"])', '( a not in [ "x" ] )'],
    ['not (a == "b")', 'not ( a = "b" )'],
  ])("rewrites %s", (condition, expected) => {
    expect(oldCondition(condition)).toBe(expected);
  });

  it.each([
    "",
    'a == "b',
    'a == "b" extra',
    'a == "\\q"',
    "a == 'b'",
    "a == 1",
    'not a == "b"',
    'true == "a"',
    'a contains "b"',
    'a.b == "c"',
    'a == "b" && c == "d"',
    'a in ["x",]',
    '(a == "b"',
    "a ? b : c",
    `${"(".repeat(5000)}a`,
  ])("leaves %s to a person", (condition) => {
    expect(oldCondition(condition)).toBeUndefined();
  });
});

describe("a config archive", () => {
  it("takes the last folder for the kind, the later of two files, and names of any kind", async () => {
    const { records, facts } = await archive([
      ["./backup/transformers/a.vrl", "one"],
      ["transformers/a.vrl", "two"],
      ["transformers/with space & %41.vrl", ""],
      [`pipelines/${"long-ü".repeat(30)}.json`, "{}"],
      ["pipelines/a:b.json", "{}"],
      ["alerts/hook.json.b64", base64({ version: 1, url: "http://x/", headers: null })],
      ["forwarders/f.json.b64", base64({ version: 2, config: { type: "http", url: "http://y/" } })],
    ]);
    expect(records).toEqual({
      "alert|f": json({ version: 1, url: "http://y/", headers: null }),
      "alert|hook": json({ version: 1, url: "http://x/", headers: null }),
      "pipeline|a:b": "{}",
      [`pipeline|${"long-ü".repeat(30)}`]: "{}",
      "transformer|a": "two",
      "transformer|with space & %41": "",
    });
    expect(facts).toMatchObject({ keyValues: 7, distinctKeys: 6, superseded: 1 });
  });

  it("may be empty, as that of a FlowG without any item", async () => {
    expect(await archive([])).toMatchObject({ database: "config", records: {}, counts: {} });
  });

  it("leaves out stray files and what isn't base64 or JSON, with a warning", async () => {
    const { records, warnings, facts } = await archive([
      ["pipelines/notes.txt", "hello"],
      ["pipelines/.json", "{}"],
      ["pipelines/list.json", "[]"],
      ["alerts/a.json.b64", "!!!!"],
      ["alerts/b.json.b64", Buffer.from("hello").toString("base64")],
      ["transformers/t.vrl", "."],
    ]);
    expect(records).toEqual({ "transformer|t": "." });
    expect(facts.leftOut).toBe(3);
    expect(warnings.join("\n")).toMatch(/2 files of the archive .*"pipelines\/notes.txt"/);
    expect(warnings.join("\n")).toMatch(/3 items that FlowG itself could not use/);
  });

  it("refuses an unknown kind by its name", async () => {
    const files: [string, string][] = [
      ["transformers/a.vrl", ""],
      ["secrets/\x1b[31mx", "y"],
    ];
    await expect(archive(files)).rejects.toMatchObject({
      code: "SNAPSHOT_UNSUPPORTED",
      message:
        'the archive holds "secrets/\\u001b[31mx", which isn\'t a kind of item this version knows',
    });
    await expect(archive([["README.md", "x"]])).rejects.toMatchObject({
      code: "SNAPSHOT_UNSUPPORTED",
    });
  });

  it("writes control characters in names as percent signs, and refuses names that are too long", async () => {
    const { records } = await archive([["pipelines/a\tb.json", "{}"]]);
    expect(Object.keys(records)).toEqual(["pipeline|a%09b"]);
    await expect(archive([[`pipelines/${"x".repeat(3000)}.json`, "{}"]])).rejects.toMatchObject({
      code: "SNAPSHOT_UNSUPPORTED",
    });
  });
});
