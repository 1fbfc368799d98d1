// JSON bodies so large that a thread parses them: what comes of them is what comes of small ones.

import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "./test-server.js";

const LARGE = "x".repeat(300_000);
const WINDOW = "from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const send = (method: string, path: string, body: string) =>
  server.call(path, {
    method,
    as: server.root,
    body,
    headers: { "Content-Type": "application/json" },
  });
const ingest = (body: string) => send("POST", "/pipelines/default/logs", body);

async function found(filter: string): Promise<Record<string, string>[]> {
  const query = `${WINDOW}&filter=${encodeURIComponent(filter)}`;
  const { body } = await server.must(`/streams/default/logs?${query}`);
  return body.records.map(({ fields }: { fields: Record<string, string> }) => fields);
}

describe("a large log", () => {
  const fields: Record<string, string> = JSON.parse(
    '{"z":"1","10":"ten","2":"two","__proto__":"own","constructor":"c","a b":"\\u001b\\n\\"\\\\","":"empty","日":"本"}',
  );

  it("is stored, listed and found by an index like a small one", async () => {
    const config = { ttl: 0, size: 0, indexed_fields: ["id", "text"] };
    await send("PUT", "/streams/default", JSON.stringify({ config }));
    for (const [id, text] of [
      ["small", "short"],
      ["large", LARGE],
    ] as const) {
      const body = JSON.stringify({ record: { ...own(fields), id, text } });
      expect((await ingest(body)).body).toEqual({ success: true });
      const [log, ...more] = await found(`id = "${id}"`);
      expect(more).toEqual([]);
      expect(isDeepStrictEqual(log, own({ ...own(fields), id, text }))).toBe(true);
    }
    expect(await found('text = "short"')).toHaveLength(1);
    const listed = (await server.must("/streams/default/fields")).body.fields;
    expect(listed).toEqual(["10", "2", "__proto__", "a b", "constructor", "id", "text", "z", "日"]);
  });

  it("has U+FFFD for half a pair of surrogates", async () => {
    const body = `{"record":{"id":"half","text":"${LARGE}","half":"\\ud83d","\\udc00":"a name"}}`;
    expect((await ingest(body)).status).toBe(200);
    const [log] = await found('id = "half"');
    expect([log?.half, log?.["\ufffd"]]).toEqual(["\ufffd", "a name"]);
  });

  it.each([
    ["1", 'record.id must be a string: write "1"'],
    ["null", 'record.id must be a string: write "", or leave it out'],
    ["{}", "record.id must be a string: write the JSON of it in quotes"],
  ])("is refused like a small one where a field is %s", async (value, message) => {
    for (const text of ["short", LARGE]) {
      const answer = await ingest(`{"record":{"id":${value},"text":"${text}"}}`);
      expect(answer).toMatchObject({ status: 400, body: { code: "INPUT_INVALID", message } });
    }
  });

  it.each(["null", "[]", "1", '"text"'])(
    "is refused like a small one where it is %s",
    async (record) => {
      const messages = await Promise.all(
        ["short", LARGE].map(async (other) => {
          const answer = await ingest(`{"record":${record},"other":"${other}"}`);
          return [answer.status, answer.body.message];
        }),
      );
      expect(messages).toEqual(Array(2).fill([400, "record must be an object with strings"]));
    },
  );

  it("is not sent back where the name of a wrong field is large", async () => {
    const answer = await ingest(`{"record":{"${LARGE}":1}}`);
    expect([answer.status, answer.body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(answer.body.issues[0].path).toBe(`record["${"x".repeat(512)}…"]`);
    expect(JSON.stringify(answer.body).length).toBeLessThan(3_000);
  });

  it("reaches watchers of the stream", async () => {
    const stop = new AbortController();
    const watched = await fetch(`${server.url}/api/v1/streams/default/logs/watch`, {
      headers: { Authorization: server.root },
      signal: stop.signal,
    });
    const sent = ingest(JSON.stringify({ record: { id: "watched", text: LARGE } }));
    let text = "";
    for await (const chunk of watched.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes(LARGE) && text.endsWith("\n\n")) break;
    }
    stop.abort();
    expect((await sent).status).toBe(200);
    expect(text).toContain('"id":"watched"');
  });
});

describe("what is stored and large", () => {
  const odd = `漢"\\\n\u2028${"é😀".repeat(60_000)}`;

  it("is read back as it was sent, among small ones, in the order of their times", async () => {
    const ids = ["one", "two", "three", "four"];
    for (const id of ids) {
      const text = id === "two" || id === "three" ? odd : "short";
      await ingest(JSON.stringify({ record: { id, kind: "mixed", text } }));
    }
    const all = await found('kind = "mixed"');
    expect(all.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(all.map(({ text }) => text === odd)).toEqual([false, true, true, false]);
    for (const filter of ['kind = "mixed" and text != "short"', 'id in ["two", "three"]'])
      expect((await found(filter)).map(({ id }) => id)).toEqual(["three", "two"]);
  });

  it("goes where a switch node leads it", async () => {
    const node = (id: string, type: string, data: object) => ({ id, type, data });
    const edge = (source: string, target: string) => ({ id: source + target, source, target });
    const nodes = [
      node("in", "source", { type: "direct" }),
      node("if", "switch", { condition: 'level = "error" and not text = "x"' }),
      node("out", "router", { stream: "errors" }),
    ];
    const flow = { version: 1, nodes, edges: [edge("in", "if"), edge("if", "out")] };
    await send("PUT", "/pipelines/switched", JSON.stringify({ flow }));
    for (const level of ["error", "info"]) {
      const body = JSON.stringify({ record: { level, text: odd } });
      expect((await send("POST", "/pipelines/switched/logs", body)).status).toBe(200);
    }
    const { records } = (await server.must(`/streams/errors/logs?${WINDOW}`)).body;
    expect(records).toHaveLength(1);
    expect(records[0].fields).toEqual({ level: "error", text: odd });
  });

  it("reaches the watchers whose filter it passes, and no others", async () => {
    const stop = new AbortController();
    const watch = async (filter: string) => {
      const query = `filter=${encodeURIComponent(filter)}`;
      const { body } = await fetch(`${server.url}/api/v1/streams/default/logs/watch?${query}`, {
        headers: { Authorization: server.root },
        signal: stop.signal,
      });
      if (!body) throw new Error("no body");
      const chunks = body[Symbol.asyncIterator]();
      await chunks.next();
      return chunks;
    };
    const lines = async (chunks: AsyncIterator<Uint8Array>) => {
      const all: Uint8Array[] = [];
      while (!Buffer.concat(all).includes('"id":"end"'))
        all.push((await chunks.next()).value ?? Buffer.alloc(0));
      return Buffer.concat(all).toString().split("\n");
    };
    const watchers = await Promise.all(
      ['id in ["told", "end"]', 'id = "end" or text = "short"'].map(watch),
    );
    await ingest(JSON.stringify({ record: { id: "told", text: odd } }));
    await ingest(JSON.stringify({ record: { id: "end" } }));
    const [told = [], other = []] = await Promise.all(watchers.map(lines));
    stop.abort();
    const data = told.find((line) => line.includes("told"))?.slice("data: ".length) ?? "";
    expect(JSON.parse(data).fields).toEqual({ id: "told", text: odd });
    expect(other.join()).not.toContain("told");
  });

  it.each([
    ["/transformers/large", { script: `# ${odd}` }],
    [
      "/pipelines/large",
      {
        flow: {
          version: 1,
          nodes: [
            {
              id: "in",
              type: "source",
              position: { x: 1, y: 2 },
              data: { type: "direct", note: odd },
            },
          ],
          edges: [],
        },
      },
    ],
    [
      "/forwarders/large",
      {
        forwarder: {
          version: 2,
          config: { type: "http", url: "http://127.0.0.1:9/", headers: {}, body: LARGE },
        },
      },
    ],
  ])("%s is shown as it was saved", async (path, body) => {
    expect((await send("PUT", path, JSON.stringify(body))).status).toBe(200);
    const answer = await server.must(path);
    expect(answer.body).toEqual({ success: true, ...body });
  });
});

describe("a large body that is nested deep", () => {
  const nested = (depth: number) => `${"[".repeat(depth)}1${"]".repeat(depth)}`;

  it.each([499, 501, 2_000, 9_900])("%i deep is answered like a small one", async (depth) => {
    for (const script of ["1", LARGE]) {
      const body = `{"script":"${script}","other":${nested(depth)}}`;
      expect([depth, (await send("PUT", "/transformers/deep", body)).status]).toEqual([depth, 200]);
      const log = await ingest(`{"record":{"m":${nested(depth)},"text":"${script}"}}`);
      expect([depth, log.status]).toEqual([depth, 400]);
    }
  });
});

/** `__proto__` is a name like any other. */
function own(fields: Record<string, string>): Record<string, string> {
  const all: Record<string, string> = Object.create(null);
  for (const [name, text] of Object.entries(fields)) all[name] = text;
  return JSON.parse(JSON.stringify(all));
}
