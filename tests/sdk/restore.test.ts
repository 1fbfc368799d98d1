// Uploads: every kind of source, what really goes over the wire, and answers that come early.

import { createReadStream, openAsBlob } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as sdk from "../../sdk/index.js";
import { apiError, fakeServer, sendJson, thrownBy } from "./fake-server.js";

const CONTENTS = Buffer.from("these are the bytes of a snapshot\r\n--\r\n");
const REPORT = { database: "logs", kinds: {} };

let dir: string;
let path: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-sdk-"));
  path = join(dir, 'a "quoted" log.db');
  await writeFile(path, CONTENTS);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const clientOf = (baseUrl: string) =>
  sdk.createClient({ baseUrl, token: "pat_x", retries: 0, timeout: 30_000 });
const taking = () =>
  fakeServer((_, response) => sendJson(response, 200, { success: true, report: REPORT }));

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield CONTENTS.subarray(0, 5);
  yield CONTENTS.subarray(5);
}

describe("a restore", () => {
  const SOURCES: [string, () => Promise<sdk.RestoreSource> | sdk.RestoreSource, boolean][] = [
    ["a path", () => path, true],
    ["a file URL", () => pathToFileURL(path), true],
    ["a Blob", () => openAsBlob(path), true],
    ["bytes", () => CONTENTS, true],
    ["a stream of Node", () => createReadStream(path), false],
    [
      "a web stream",
      () => Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
      false,
    ],
    ["an iterator", () => pieces(), false],
  ];

  test.each(SOURCES)("takes %s", async (_, source, hasLength) => {
    await using server = await taking();
    const seen: sdk.TransferProgress[] = [];
    const report = await clientOf(server.url).restore.logs(await source(), {
      mode: "replace",
      dryRun: true,
      allowAccessChange: true,
      onProgress: (progress) => seen.push(progress),
    });
    expect(report).toEqual(REPORT);
    const [asked] = server.asked;
    expect(asked?.path).toBe(
      "/api/v1/restore/logs?mode=replace&dryRun=true&allowAccessChange=true",
    );
    const length = asked?.headers["content-length"];
    expect(length).toBe(hasLength ? String(asked?.body.length) : undefined);
    const boundary = /boundary=(.*)$/.exec(asked?.headers["content-type"] ?? "")?.[1];
    const [head = "", ...rest] = (asked?.body ?? "").split("\r\n\r\n");
    expect(head).toContain(
      `--${boundary}\r\nContent-Disposition: form-data; name="backup"; filename="`,
    );
    expect(rest.join("\r\n\r\n")).toBe(`${CONTENTS}\r\n--${boundary}--\r\n`);
    expect(head.split("\n")[1]?.match(/"/g)).toHaveLength(4);
    expect(seen.at(-1)).toEqual({
      database: "logs",
      bytes: CONTENTS.byteLength,
      totalBytes: hasLength ? CONTENTS.byteLength : undefined,
    });
  });

  test("never takes a text for contents", async () => {
    await using server = await taking();
    const error = await thrownBy(() => clientOf(server.url).restore.logs("not a path"));
    expect(error).toBeInstanceOf(sdk.FileError);
    expect(server.asked).toEqual([]);
  });

  test.each<[unknown, new (...facts: never[]) => Error]>([
    [undefined, sdk.InputError],
    [42, sdk.InputError],
    [new URL("https://example.com/log.db"), sdk.InputError],
    [tmpdir(), sdk.FileError],
  ])("refuses %s", async (source, Class) => {
    await using server = await taking();
    const error = await thrownBy(() =>
      clientOf(server.url).restore.logs(source as sdk.RestoreSource),
    );
    expect(error).toBeInstanceOf(Class);
    expect(server.asked).toEqual([]);
  });

  test("with an unknown option is refused: it may have been meant as a dry run", async () => {
    await using server = await taking();
    const options = { dryrun: true } as sdk.RestoreOptions;
    const error = await thrownBy(() => clientOf(server.url).restore.logs(path, options));
    expect(error).toBeInstanceOf(sdk.InputError);
    expect(error).toMatchObject({
      message: 'there is no option "dryrun"',
      hint: expect.stringContaining("dryRun"),
    });
    expect(server.asked).toEqual([]);
  });

  test("passes on what its source throws, and refuses what aren't bytes", async () => {
    await using server = await taking();
    const boom = new Error("boom");
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield CONTENTS;
      throw boom;
    }
    expect(await thrownBy(() => clientOf(server.url).restore.logs(failing()))).toBe(boom);
    const texts = Readable.from(["text"], { encoding: "utf8" });
    const error = await thrownBy(() => clientOf(server.url).restore.logs(texts));
    expect(error).toBeInstanceOf(sdk.InputError);
  });

  test("refuses a file that changes while it is sent", async () => {
    await using server = await taking();
    const growing = new Blob([CONTENTS]);
    Object.defineProperty(growing, "size", { value: CONTENTS.byteLength - 1 });
    expect(await thrownBy(() => clientOf(server.url).restore.logs(growing))).toMatchObject({
      code: "FILE_UNAVAILABLE",
      message: "the file changed while it was sent",
    });
  });
});

describe("an early answer", () => {
  test.each([401, 403, 413])("of %i costs not a byte of the source", async (status) => {
    await using server = await fakeServer(
      (_, response) => sendJson(response, status, apiError("X")),
      false,
    );
    let touched = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      touched = true;
      yield CONTENTS;
    }
    const error = await thrownBy(() => clientOf(server.url).restore.logs(source()));
    expect(error).toMatchObject({ status, code: "X" });
    expect(touched).toBe(false);
  });

  test.each([409, 413, 422])("of %i in the middle of the body arrives", async (status) => {
    await using server = await fakeServer((request, response) => {
      response.writeContinue();
      request.once("data", () => {
        sendJson(response, status, apiError("X", { details: { report: { refused: true } } }));
        request.resume();
      });
    }, false);
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; given < 4096; given++) yield Buffer.alloc(256 * 1024);
    }
    const error = await thrownBy(() => clientOf(server.url).restore.logs(endless()));
    expect(error).toMatchObject({ status, report: { refused: true } });
    // it stopped sending
    expect(given).toBeLessThan(4096);
  });

  test("a server that knows nothing of 100-continue gets the body all the same", async () => {
    let body = "";
    const server = createTcpServer((socket) => {
      socket.on("data", (chunk) => {
        body += chunk.toString("latin1");
        if (!/\r\n--flowg-[0-9a-f-]{36}--\r\n$/.test(body)) return;
        const answer = JSON.stringify({ success: true, report: REPORT });
        socket.end(
          `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`,
        );
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    try {
      const report = await clientOf(`http://127.0.0.1:${port}`).restore.logs(path);
      expect(report).toEqual(REPORT);
      expect(body).toContain("these are the bytes of a snapshot");
    } finally {
      server.close();
    }
  });
});

describe("an answer that does not come", () => {
  test("says that it may have happened", async () => {
    await using server = await fakeServer((request) => request.socket.destroy());
    for (const source of [path, pieces()]) {
      const error = await thrownBy(() => clientOf(server.url).restore.logs(source));
      expect(error).toBeInstanceOf(sdk.ConnectionError);
      expect((error as sdk.FlowgSdkError).hint).toContain("it may have been restored");
    }
    const { restore } = clientOf(server.url);
    expect(await thrownBy(() => restore.undo())).toMatchObject({
      code: "CONNECTION_FAILED",
      hint: expect.stringContaining("it may have been taken back"),
    });
    const { hint = "" } = (await thrownBy(() =>
      restore.undo({ dryRun: true }),
    )) as sdk.FlowgSdkError;
    expect(hint).not.toContain("taken back");
  });

  test("says so where the caller stops it, and nothing of the kind where not all was sent", async () => {
    const stopping = new AbortController();
    await using server = await fakeServer(() => stopping.abort("enough"));
    const { signal } = stopping;
    const { restore } = clientOf(server.url);
    const error = await thrownBy(() => restore.logs(path, { signal }));
    const hint = expect.stringContaining("it may have been restored");
    expect(error).toMatchObject({ code: "CANCELLED", hint, cause: "enough" });
    const before = (await thrownBy(() => restore.logs(path, { signal }))) as sdk.FlowgSdkError;
    expect([before.code, before.hint]).toEqual(["CANCELLED", undefined]);
  });

  test("a success without a report doesn't count", async () => {
    await using server = await fakeServer((_, response) => sendJson(response, 200, { ok: 1 }));
    const error = await thrownBy(() => clientOf(server.url).restore.logs(path));
    expect(error).toBeInstanceOf(sdk.UnexpectedAnswerError);
    expect((error as Error).message).toContain("is not known");
  });

  test("a server that takes nothing is a timeout", async () => {
    await using server = await fakeServer((_, response) => response.writeContinue(), false);
    async function* large(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 1000; i++) yield Buffer.alloc(1024 * 1024);
    }
    const error = await thrownBy(() =>
      clientOf(server.url).restore.logs(large(), { timeout: 200 }),
    );
    expect(error).toMatchObject({
      code: "TIMEOUT",
      message: "the server took no data within 0.2 seconds",
    });
  });
});
