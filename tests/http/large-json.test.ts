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

  it("reaches who watches the stream", async () => {
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
