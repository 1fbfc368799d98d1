// Uploads on the wire: authorised before a byte is read, whole or an error, and an early refusal reaches the client.

import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FlowgError } from "../../server/platform/errors.js";
import { eventually } from "../eventually.js";
import { FakeAdministration, reportOf } from "./fake-administration.js";
import { type RawAnswer, rawExchange, statusOf } from "./raw.js";
import { startServer, type TestServer } from "./test-server.js";

/** So long a busy machine may keep this process from sending. */
const PATIENT_MS = 30_000;

let server: TestServer;
let administration: FakeAdministration;
let stallMs = PATIENT_MS;
beforeEach(async () => {
  administration = new FakeAdministration();
  server = await startServer({ administration, stallMs, maxUpload: 30_000_000 });
});

/** Has the tests of a group start servers on which a client may stall for this long only. */
function allowStalls(ms: number): void {
  beforeAll(() => {
    stallMs = ms;
  });
  afterAll(() => {
    stallMs = PATIENT_MS;
  });
}

afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const file = (bytes: Buffer | string, name = "auth.db") => [new Blob([bytes]), name] as const;

function post(path: string, form: FormData, as = server.root) {
  return fetch(`${server.url}/api/v1${path}`, {
    method: "POST",
    body: form,
    headers: { Authorization: as },
  });
}

function form(...parts: [name: string, ...value: [string] | readonly [Blob, string]][]): FormData {
  const data = new FormData();
  for (const [name, ...value] of parts) data.append(name, ...(value as [Blob, string]));
  return data;
}

const BOUNDARY = "boundary-of-this-test";
const part = (name: string, filename: string, bytes: Uint8Array) =>
  Buffer.concat([
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="${filename}"\r\n` +
        "Content-Type: application/octet-stream\r\n\r\n",
    ),
    bytes,
    Buffer.from("\r\n"),
  ]);
const END = Buffer.from(`--${BOUNDARY}--\r\n`);

function head(
  length: number | "chunked",
  { as = server.root, more = "", type = `multipart/form-data; boundary=${BOUNDARY}` } = {},
) {
  const size = length === "chunked" ? "Transfer-Encoding: chunked" : `Content-Length: ${length}`;
  return (
    `POST /api/v1/restore/auth HTTP/1.1\r\nHost: x\r\nAuthorization: ${as}\r\n` +
    `Content-Type: ${type}\r\n${size}\r\n${more}Connection: close\r\n\r\n`
  );
}

/** Sends everything, whatever the server says meanwhile. */
const sendWhole = (body: Buffer) =>
  rawExchange(server.url, {
    write: (socket) => {
      socket.write(head(body.length));
      socket.write(body);
    },
  });

describe("an upload", () => {
  it("reaches the restore whole, with its options", async () => {
    const bytes = randomBytes(5_000_000);
    const response = await post(
      "/restore/config?dryRun=true&mode=replace",
      form(["backup", ...file(bytes, "my config.db")]),
    );
    const report = reportOf("config", { mode: "replace", dryRun: true });
    expect(await response.json()).toEqual({ success: true, report });
    expect(administration.restored).toEqual([
      {
        database: "config",
        bytes: bytes.length,
        sha256: sha256(bytes),
        options: {
          mode: "replace",
          dryRun: true,
          allowAccessChange: false,
          allowNoAdmin: false,
          salvaged: false,
          undo: true,
        },
        user: "root",
      },
    ]);
  });

  it("has its options unless told otherwise, and refuses others", async () => {
    await post("/restore/logs?dryRun=false", form(["backup", ...file("x")]));
    expect(administration.restored[0]?.options).toEqual({
      mode: "merge",
      dryRun: false,
      allowAccessChange: false,
      allowNoAdmin: false,
      salvaged: false,
      undo: true,
    });
    for (const query of [
      "dryRun=maybe",
      "mode=wipe",
      "dryRun=true&dryRun=false",
      "allowAccessChange=",
    ]) {
      const response = await post(`/restore/logs?${query}`, form(["backup", ...file("x")]));
      expect([query, response.status]).toEqual([query, 400]);
    }
    expect(administration.restored).toHaveLength(1);
  });

  it("of any bytes, in any pieces, comes out as it went in", async () => {
    // line ends and pieces of the boundary are what a parser stumbles over
    const piece = fc.oneof(
      fc
        .constantFrom(
          "\r",
          "\n",
          "\r\n",
          "\r\n-",
          "\r\n--",
          `\r\n--${BOUNDARY.slice(0, 5)}`,
          `--${BOUNDARY}`,
          `\r\n--${BOUNDARY}x`,
          "\0",
        )
        .map((text) => Buffer.from(text)),
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    );
    const pieces = fc.array(piece, { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        pieces,
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        async (parts, sizes) => {
          const bytes = Buffer.concat(parts);
          // a client chooses a boundary that isn't in the file (RFC 2046 section 5.1.1)
          fc.pre(!Buffer.concat([Buffer.from("\r\n"), bytes]).includes(`\r\n--${BOUNDARY}`));
          administration.restored = [];
          // what the parser gave must still be that when it is read later
          administration.beforeRead = () =>
            new Promise((resolve) => setTimeout(resolve, sizes.length));
          const body = Buffer.concat([part("backup", "a.db", bytes), END]);
          const answer = await rawExchange(server.url, {
            write: (socket) => {
              socket.setNoDelay(true);
              socket.write(head("chunked"));
              for (let at = 0, i = 0; at < body.length; i++) {
                const size = sizes[i % sizes.length] ?? 1;
                const chunk = body.subarray(at, at + size);
                socket.write(`${chunk.length.toString(16)}\r\n`);
                socket.write(chunk);
                socket.write("\r\n");
                at += size;
              }
              socket.write("0\r\n\r\n");
            },
          });
          expect(statusOf(answer.text)).toBe(200);
          expect(administration.restored.map((restored) => restored.sha256)).toEqual([
            sha256(bytes),
          ]);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });
});

describe("an upload into a slow restore", () => {
  allowStalls(1_500);

  it("waits for it instead of filling memory", async () => {
    let release = () => {};
    administration.beforeRead = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    const bytes = randomBytes(25_000_000);
    let sent = 0;
    const body = Buffer.concat([part("backup", "a.db", bytes), END]);
    const answer = rawExchange(server.url, {
      write: (socket) => {
        socket.write(head(body.length));
        const more = () => {
          while (sent < body.length) {
            const chunk = body.subarray(sent, sent + 65_536);
            sent += chunk.length;
            if (!socket.write(chunk)) {
              socket.once("drain", more);
              return;
            }
          }
        };
        more();
      },
    });
    await eventually(() => expect(sent).toBeGreaterThan(1_000_000));
    // longer than a client may stall: here the restore stalls, not the client
    await sleep(2_500);
    expect(sent).toBeLessThan(20_000_000);
    release();
    expect(statusOf((await answer).text)).toBe(200);
    expect(administration.restored[0]?.sha256).toBe(sha256(bytes));
  });
});

describe("refused with the reason", () => {
  it("a text where the file should be, as FlowG's guide says to type", async () => {
    const response = await post("/restore/auth", form(["backup", "auth.db"]));
    const answer = (await response.json()) as Record<string, string>;
    expect(response.status).toBe(400);
    expect(answer).toMatchObject({
      code: "INPUT_INVALID",
      message: 'the part "backup" is text, not a file',
    });
    expect(answer.hint).toContain("backup=@auth.db");
  });

  it.each<[string, () => FormData, string]>([
    ["no part", () => form(), "no part"],
    ["another name", () => form(["file", ...file("x")]), '"file"'],
    ["another name first", () => form(["note", "x"], ["backup", ...file("x")]), '"note"'],
    ["an empty file", () => form(["backup", ...file("")]), "empty"],
    ["two files", () => form(["backup", ...file("x")], ["backup", ...file("y")]), "more than one"],
    ["something after the file", () => form(["backup", ...file("x")], ["note", "y"]), '"note"'],
  ])("%s", async (_, parts, words) => {
    const response = await post("/restore/auth", parts());
    const answer = (await response.json()) as Record<string, string>;
    expect([response.status, answer.code]).toEqual([400, "INPUT_INVALID"]);
    expect(answer.message).toContain(words);
    expect(answer.hint ?? "backup=@").toContain("backup=@");
    expect(administration.restored).toEqual([]);
  });

  it.each([
    "application/json",
    "application/octet-stream",
    "text/plain",
    "multipart/mixed; boundary=x",
    "multipart/form-datax",
  ])("a body of type %s", async (type) => {
    const headers = { "Content-Type": type };
    const reply = await server.call("/restore/auth", {
      method: "POST",
      as: server.root,
      body: "x",
      headers,
    });
    expect(reply.status).toBe(415);
    expect(reply.body.hint).toContain("--form backup=@FILE");
  });

  it("a compressed body, which would be taken for a broken one", async () => {
    const headers = {
      "Content-Type": `multipart/form-data; boundary=${BOUNDARY}`,
      "Content-Encoding": "gzip",
    };
    const body = gzipSync(Buffer.concat([part("backup", "a.db", Buffer.from("abc")), END]));
    const reply = await server.call("/restore/auth", {
      method: "POST",
      as: server.root,
      body,
      headers,
    });
    expect(reply.status).toBe(415);
    expect(reply.body.hint).toContain("without Content-Encoding");
  });

  it("no boundary, and no body", async () => {
    const headers = { "Content-Type": "multipart/form-data" };
    expect(
      (await server.call("/restore/auth", { method: "POST", as: server.root, body: "x", headers }))
        .status,
    ).toBe(400);
    const type = { "Content-Type": `multipart/form-data; boundary=${BOUNDARY}` };
    expect(
      (await server.call("/restore/auth", { method: "POST", as: server.root, headers: type }))
        .status,
    ).toBe(400);
  });

  it("a part whose file name comes in its extended form alone is a file", async () => {
    const body = Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="backup"; filename*=utf-8''l%C3%A4g.db\r\n\r\nabc\r\n--${BOUNDARY}--\r\n`,
    );
    expect(statusOf((await sendWhole(body)).text)).toBe(200);
    expect(administration.restored).toHaveLength(1);
  });

  it.each<[string, Buffer]>([
    ["no multipart at all", Buffer.from("just bytes")],
    ["cut inside the file", part("backup", "a.db", Buffer.alloc(1000)).subarray(0, 600)],
    ["without the closing boundary", part("backup", "a.db", Buffer.alloc(1000))],
    ["cut inside the part's head", Buffer.from(`--${BOUNDARY}\r\nContent-Dispo`)],
    ["a broken part's head", Buffer.from(`--${BOUNDARY}\r\n: x\r\n\r\nabc\r\n--${BOUNDARY}--\r\n`)],
    [
      "a transfer encoding that nobody knows",
      Buffer.from(
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="backup"; filename="a"\r\nContent-Transfer-Encoding: rot13\r\n\r\nabc\r\n--${BOUNDARY}--\r\n`,
      ),
    ],
  ])("a body that is %s", async (_, body) => {
    const answer = await sendWhole(body);
    expect(statusOf(answer.text)).toBe(400);
    expect(answer.text).toContain('"code":"INPUT_INVALID"');
    expect(administration.restored).toEqual([]);
  });

  it.each<[string, (filler: Buffer) => Buffer[]]>([
    ["a part's head", (filler) => [Buffer.from(`--${BOUNDARY}\r\nX: `), filler]],
    [
      "a field's name",
      (filler) => [
        Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="`),
        filler,
        Buffer.from('"; filename="a"\r\n\r\nabc\r\n'),
        END,
      ],
    ],
    [
      "another part's head after the file",
      (filler) => [
        part("backup", "a", Buffer.from("x")),
        Buffer.from(`--${BOUNDARY}\r\nX: `),
        filler,
      ],
    ],
  ])("%s without an end, which would fill the memory", async (_, parts) => {
    const body = Buffer.concat(parts(Buffer.alloc(4_000_000, "n")));
    const answer = await sendWhole(body);
    expect(statusOf(answer.text)).toBe(400);
    expect(answer.text).toContain("too much around the file");
    expect(administration.restored).toEqual([]);
  });

  it("a file's name that takes long to find", async () => {
    const name = Buffer.from('filename="'.repeat(10_000));
    const disposition = Buffer.from('Content-Disposition: form-data; name="backup"; ');
    const body = Buffer.concat([
      Buffer.from(`--${BOUNDARY}\r\n`),
      disposition,
      name,
      Buffer.from("\r\n\r\nabc"),
      END,
    ]);
    const answer = await sendWhole(body);
    expect(statusOf(answer.text)).toBe(400);
    expect(answer.text).toContain("is text, not a file");
    expect(administration.restored).toEqual([]);
  });

  it("a file above the limit, whether its size was said or not", async () => {
    const bytes = Buffer.alloc(30_000_001);
    const body = Buffer.concat([part("backup", "a.db", bytes), END]);
    for (const length of [body.length, "chunked"] as const) {
      const answer = await rawExchange(server.url, {
        write: (socket) => {
          socket.write(head(length));
          if (length === "chunked") socket.write(`${body.length.toString(16)}\r\n`);
          socket.write(body);
          if (length === "chunked") socket.write("\r\n0\r\n\r\n");
        },
      });
      expect(statusOf(answer.text)).toBe(413);
      expect(answer.text).toContain('"code":"INPUT_TOO_LARGE"');
      expect(answer.text).toContain("--max-upload");
    }
    expect(administration.restored).toEqual([]);
  });

  it("what the restore itself finds, while the rest is still coming", async () => {
    const bytes = Buffer.concat([Buffer.from("not a snapshot"), Buffer.alloc(20_000_000)]);
    const response = await post("/restore/auth", form(["backup", ...file(bytes)]));
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: "SNAPSHOT_UNRECOGNIZED",
      details: { offset: 0 },
    });
  });
});

it("that breaks before anybody reads it is an answer, not the end of the process", async () => {
  administration.beforeRead = () => new Promise((resolve) => setTimeout(resolve, 50));
  for (const query of ["", "?mode=0"]) {
    const parts = form(["backup", ...file("x")], ["more", "y"]);
    expect((await post(`/restore/auth${query}`, parts)).status).toBe(400);
  }
  expect(administration.restored).toEqual([]);
});

describe("a refusal before the body is read", () => {
  const clients: [string, (body: Buffer, as: string) => Promise<RawAnswer>][] = [
    [
      "a client that sends everything first",
      (body, as) =>
        rawExchange(server.url, {
          write: (socket) => {
            socket.write(head(body.length, { as }));
            socket.write(body);
          },
        }),
    ],
    [
      "a client that waits for leave",
      (_, as) =>
        rawExchange(server.url, {
          write: (socket) => socket.write(head(1e9, { as, more: "Expect: 100-continue\r\n" })),
        }),
    ],
    [
      "a client that sends slowly",
      (body, as) =>
        rawExchange(server.url, {
          write: (socket) => {
            socket.write(head(body.length, { as }));
            let at = 0;
            const more = () => {
              if (at >= body.length || socket.destroyed) return;
              socket.write(body.subarray(at, at + 1_000_000), () => setTimeout(more, 5));
              at += 1_000_000;
            };
            more();
          },
        }),
    ],
  ];

  it.each(clients)("reaches %s", async (_, client) => {
    const body = Buffer.concat([part("backup", "a.db", Buffer.alloc(20_000_000)), END]);
    const viewer = await server.userWith("read_acls");
    for (const [as, status] of [
      ["Bearer pat:nobody", 401],
      [viewer, 403],
    ] as const) {
      const answer = await client(body, as);
      expect(statusOf(answer.text)).toBe(status);
      expect(answer.text).toContain('"success":false');
      expect(answer.end).toBe("closed");
    }
    expect(administration.restored).toEqual([]);
  });

  it("reaches fetch", async () => {
    for (let time = 0; time < 5; time++) {
      const response = await post(
        "/restore/auth",
        form(["backup", ...file(Buffer.alloc(8_000_000))]),
        "Bearer pat:nobody",
      );
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: "UNAUTHENTICATED" });
    }
  });

  it("gives leave only to users that may", async () => {
    const body = Buffer.concat([part("backup", "a.db", Buffer.from("abc")), END]);
    const answer = await rawExchange(server.url, {
      write: (socket) => socket.write(head(body.length, { more: "Expect: 100-continue\r\n" })),
      onData: (text, socket) => {
        if (text === "HTTP/1.1 100 Continue\r\n\r\n") socket.write(body);
      },
    });
    expect(answer.text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    expect(administration.restored[0]?.bytes).toBe(3);
  });
});

describe("a client that", () => {
  it("goes away fails the restore", async () => {
    await rawExchange(server.url, {
      write: (socket) => {
        administration.beforeRead = async () => void socket.destroy();
        socket.write(head(10_000_000));
        socket.write(part("backup", "a.db", Buffer.alloc(1_000_000)));
      },
    });
    await eventually(() => expect(administration.failures).toHaveLength(1));
    expect(administration.failures[0]).toBeInstanceOf(FlowgError);
    expect((administration.failures[0] as FlowgError).code).toBe("CANCELLED");
    await eventually(() =>
      expect(server.logLines.find((line) => line.audit && line.direction)).toMatchObject({
        direction: "restore",
        outcome: "failure",
      }),
    );
    expect(administration.restored).toEqual([]);
  });
});

describe("a client that stalls", () => {
  allowStalls(400);

  it("while nobody reads is given up, too", async () => {
    const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
    // longer than a client may stall
    administration.beforeRead = () => pause(900);
    const bytes = part("backup", "a.db", Buffer.alloc(1024 * 1024 + 200));
    await rawExchange(server.url, {
      write: async (socket) => {
        socket.write(head(10_000_000));
        socket.write(bytes.subarray(0, -300));
        await pause(200);
        // the buffer gets full with the last piece, which also ends the part; the form goes on
        socket.write(Buffer.concat([bytes.subarray(-300), Buffer.from(`--${BOUNDARY}\r\n`)]));
      },
    });
    expect(administration.failures).toMatchObject([{ code: "CANCELLED" }]);
    expect(administration.restored).toEqual([]);
  });

  it("is given up", async () => {
    const answer = await rawExchange(server.url, {
      write: (socket) => {
        socket.write(head(10_000_000));
        socket.write(part("backup", "a.db", Buffer.alloc(1_000)));
      },
    });
    expect(administration.failures).toHaveLength(1);
    expect(administration.restored).toEqual([]);
    expect(answer.text).toBe("");
  });
});

describe("an upload that drips", () => {
  allowStalls(2_000);

  it("is given up for its rate", async () => {
    let timer: NodeJS.Timeout | undefined;
    await rawExchange(server.url, {
      write: (socket) => {
        socket.on("error", () => {});
        socket.write(head(10_000_000));
        socket.write(part("backup", "a.db", Buffer.alloc(1_000)).subarray(0, -2));
        // never idle for as long as a client may stall
        timer = setInterval(() => socket.write("x"), 50);
      },
    });
    clearInterval(timer);
    expect(administration.restored).toEqual([]);
    expect(administration.failures).toMatchObject([
      { code: "CANCELLED", message: expect.stringContaining("bytes a second") },
    ]);
  });

  it("goes on at a low but steady rate", async () => {
    const bytes = randomBytes(6_000);
    const whole = Buffer.concat([part("backup", "a.db", bytes), END]);
    const answer = await rawExchange(server.url, {
      write: async (socket) => {
        socket.write(head(whole.length, { more: "Connection: close\r\n" }));
        // over more than twice the time that a client may stall
        for (let at = 0; at < whole.length; at += 300) {
          socket.write(whole.subarray(at, at + 300));
          await sleep(200);
        }
      },
    });
    expect(answer.text).toContain("200 OK");
    expect(administration.restored).toMatchObject([{ sha256: sha256(bytes) }]);
  });
});

it("whose client has left may go on until the server stops, which ends it", async () => {
  const stopped: unknown[] = [];
  let begin!: () => void;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  administration.restoreSet = (_, { signal, lastSignal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        stopped.push(lastSignal.aborted);
        begin();
      });
      lastSignal.addEventListener("abort", () => {
        stopped.push(lastSignal.reason.message);
        reject(lastSignal.reason);
      });
      leaving.abort();
    });
  const leaving = new AbortController();
  const answer = fetch(`${server.url}/api/v1/restore`, {
    method: "POST",
    body: form(["backup", ...file("a snapshot", "backup.tar")]),
    headers: { Authorization: server.root },
    signal: leaving.signal,
  });
  await expect(answer).rejects.toThrow("aborted");
  await begun;
  await server.running.stop();
  expect(stopped).toEqual([false, "the server stops"]);
});
