import { type AddressInfo, createServer } from "node:net";
import { describe, expect, test } from "vitest";
import * as sdk from "../../sdk/index.js";
import { apiError, fakeServer, sendJson, thrownBy } from "./fake-server.js";

const clientOf = (baseUrl: string, more: sdk.CommonOptions = {}) =>
  sdk.createClient({ baseUrl, token: "pat_secret", retries: 0, ...more });

describe("an answer with an error", () => {
  const CLASSES: [number, string, new (facts: sdk.ApiErrorFacts) => sdk.FlowgApiError][] = [
    [400, "INPUT_INVALID", sdk.BadRequestError],
    [401, "UNAUTHENTICATED", sdk.UnauthenticatedError],
    [403, "PERMISSION_DENIED", sdk.PermissionDeniedError],
    [404, "NOT_FOUND", sdk.NotFoundError],
    [405, "METHOD_NOT_ALLOWED", sdk.MethodNotAllowedError],
    [409, "REFUSED", sdk.ConflictError],
    [413, "INPUT_TOO_LARGE", sdk.TooLargeError],
    [415, "MEDIA_TYPE_UNSUPPORTED", sdk.UnsupportedMediaTypeError],
    [422, "SNAPSHOT_CORRUPT", sdk.SnapshotRefusedError],
    [429, "RATE_LIMITED", sdk.RateLimitedError],
    [500, "INTERNAL", sdk.InternalServerError],
    [501, "NOT_IMPLEMENTED", sdk.NotImplementedError],
    [502, "UPSTREAM_FAILED", sdk.BadGatewayError],
    [503, "BUSY", sdk.UnavailableError],
    [507, "DISK_FULL", sdk.DiskFullError],
    [418, "TEAPOT", sdk.FlowgApiError],
  ];

  test.each(CLASSES)("%i is %s, in its own class", async (status, code, Class) => {
    const issues = [{ path: "roles[0]", message: "no" }];
    await using server = await fakeServer((_, response) =>
      sendJson(response, status, apiError(code, { hint: "h", issues, details: { report: 7 } })),
    );
    const error = await thrownBy(() => clientOf(server.url).roles.list());
    expect(error).toBeInstanceOf(sdk.FlowgApiError);
    expect((error as object).constructor).toBe(Class);
    expect(error).toMatchObject({
      status,
      code,
      message: `this is ${code}`,
      hint: "h",
      issues,
      requestId: "r-1",
      details: { report: 7 },
      report: 7,
      name: Class.name,
    });
  });

  test("downloads and uploads have the same errors", async () => {
    await using server = await fakeServer((_, response) =>
      sendJson(response, 403, apiError("PERMISSION_DENIED", { details: { missingScopes: ["x"] } })),
    );
    const client = clientOf(server.url);
    for (const run of [
      () => client.backup.logs(),
      () => client.backup.toFile("logs", "/nonexistent/log.db"),
      () => client.restore.logs(Buffer.from("x")),
    ]) {
      const error = await thrownBy(run);
      expect(error).toSatisfy(
        (found) => found instanceof sdk.PermissionDeniedError || found instanceof sdk.FileError,
      );
    }
  });

  test.each([
    [502, "<html>nginx</html>", "text/html", "UPSTREAM_FAILED", sdk.BadGatewayError],
    [503, "", "text/plain", "BUSY", sdk.UnavailableError],
    [404, "404 page not found", "text/plain", "ANSWER_UNEXPECTED", sdk.UnexpectedAnswerError],
    [500, '{"error":"x"}', "application/json", "ANSWER_UNEXPECTED", sdk.UnexpectedAnswerError],
    [200, "<html>login</html>", "text/html", "ANSWER_UNEXPECTED", sdk.UnexpectedAnswerError],
    [200, "{", "application/json", "ANSWER_UNEXPECTED", sdk.UnexpectedAnswerError],
    [200, "{}", "application/json", "ANSWER_UNEXPECTED", sdk.UnexpectedAnswerError],
    [200, "null", "application/json", "ANSWER_UNEXPECTED", sdk.UnexpectedAnswerError],
    [200, '{"success":false}', "application/json", "ANSWER_UNEXPECTED", sdk.UnexpectedAnswerError],
  ])("%i %j in %s, which is not FlowG's, is %s", async (status, text, type, code, Class) => {
    await using server = await fakeServer((_, response) => {
      response.writeHead(status, { "Content-Type": type });
      response.end(text);
    });
    const error = await thrownBy(() => clientOf(server.url).roles.list());
    expect(error).toBeInstanceOf(Class);
    expect(error).toMatchObject({ code });
  });
});

describe("a server that can't be reached", () => {
  test("nothing listens", async () => {
    const { url } = await (async () => {
      await using server = await fakeServer(() => undefined);
      return server;
    })();
    for (const run of [
      () => clientOf(url).roles.list(),
      () => clientOf(url).backup.logs(),
      () => clientOf(url).restore.logs(Buffer.from("x")),
    ]) {
      const error = await thrownBy(run);
      expect(error).toBeInstanceOf(sdk.ConnectionError);
      expect(error).toMatchObject({
        code: "CONNECTION_FAILED",
        message: `nothing listens at ${new URL(url).host}`,
      });
    }
  });

  test("it speaks no TLS", async () => {
    await using server = await fakeServer(() => undefined);
    const url = server.url.replace("http:", "https:");
    for (const run of [() => clientOf(url).roles.list(), () => clientOf(url).backup.logs()]) {
      expect(await thrownBy(run)).toMatchObject({
        code: "CONNECTION_FAILED",
        message: `${new URL(url).host} does not speak TLS`,
      });
    }
  });

  test("it speaks no HTTP", async () => {
    const other = createServer((socket) => {
      socket.on("error", () => {});
      socket.end("SSH-2.0-OpenSSH_9.2\r\n");
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const client = clientOf(`http://${host}`);
    for (const run of [() => client.roles.list(), () => client.backup.logs()]) {
      expect(await thrownBy(run)).toMatchObject({
        code: "CONNECTION_FAILED",
        message: `${host} does not answer as HTTP does`,
      });
    }
    other.close();
  });

  test("it breaks the connection", async () => {
    await using server = await fakeServer((request) => request.socket.destroy());
    for (const run of [
      () => clientOf(server.url).roles.list(),
      () => clientOf(server.url).backup.logs(),
      () => clientOf(server.url).restore.logs(Buffer.from("x")),
    ]) {
      expect(await thrownBy(run)).toBeInstanceOf(sdk.ConnectionError);
    }
  });
});

describe("time", () => {
  test("a silent server is a timeout, everywhere", async () => {
    await using server = await fakeServer(() => undefined);
    const client = clientOf(server.url, { timeout: 100 });
    for (const run of [
      () => client.roles.list(),
      () => client.backup.logs({ answerTimeout: 100 }),
      () => client.restore.logs(Buffer.from("x"), { answerTimeout: 100 }),
      () => client.logs.watch("default", { timeout: 100 }).next(),
    ]) {
      const error = await thrownBy(run);
      expect(error).toBeInstanceOf(sdk.TimeoutError);
      expect(error).toMatchObject({ code: "TIMEOUT" });
    }
  });

  test("the caller's signal is an abort, everywhere, and before anything is sent", async () => {
    await using server = await fakeServer(() => undefined);
    const client = clientOf(server.url);
    const runs: ((signal: AbortSignal) => unknown)[] = [
      (signal) => client.roles.list({ signal }),
      (signal) => client.backup.logs({ signal }),
      (signal) => client.restore.logs(Buffer.from("x"), { signal }),
      (signal) => client.logs.watch("default", { signal }).next(),
    ];
    for (const run of runs) {
      const stop = new AbortController();
      const running = thrownBy(() => run(stop.signal));
      setTimeout(() => stop.abort(), 50);
      expect(await running).toBeInstanceOf(sdk.AbortError);
    }
    const before = server.asked.length;
    for (const run of runs) {
      const error = await thrownBy(() => run(AbortSignal.abort()));
      expect(error).toMatchObject({ name: "AbortError", code: "CANCELLED" });
    }
    expect(server.asked.length).toBe(before);
  });
});

describe("redirects", () => {
  test("are never followed, and no other host sees the token", async () => {
    await using other = await fakeServer((_, response) =>
      sendJson(response, 200, { success: true }),
    );
    await using server = await fakeServer((request, response) => {
      response.writeHead(307, { Location: `${other.url}${request.url}` }).end();
    });
    const client = clientOf(server.url);
    const runs = [
      () => client.roles.list(),
      () => client.roles.save("x", []),
      () => client.backup.logs(),
      () => client.backup.all("/tmp/never-made-by-flowg"),
      () => client.restore.logs(Buffer.from("x")),
      () => client.logs.watch("default").next(),
      () => sdk.createClient({ baseUrl: server.url, username: "a", password: "b" }).roles.list(),
    ];
    for (const run of runs) {
      const error = await thrownBy(run);
      expect(error).toBeInstanceOf(sdk.RedirectError);
      expect((error as Error).message).toContain(other.url);
    }
    expect(other.asked).toEqual([]);
  });
});

test("a text that isn't a moment is an error of ours", async () => {
  const query = { from: new Date(Number.NaN), to: new Date() };
  const error = await thrownBy(() => clientOf("http://127.0.0.1:1").logs.query("default", query));
  expect(error).toBeInstanceOf(sdk.InputError);
});

test("a wrong server that never ends is given up, in little memory", async () => {
  let sent = 0;
  await using server = await fakeServer((request, response) => {
    const isWatch = request.url?.endsWith("/watch") ?? false;
    const type = isWatch ? "text/event-stream" : "application/json";
    response.writeHead(isWatch ? 200 : 401, { "Content-Type": type });
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(1_000_000))) sent += 1_000_000;
    };
    response.on("drain", more);
    more();
  });
  const client = clientOf(server.url);
  for (const run of [() => client.backup.logs(), () => client.logs.watch("default").next()]) {
    const error = await thrownBy(run);
    expect(error).toMatchObject({ code: "ANSWER_UNEXPECTED" });
  }
  expect(sent).toBeLessThan(300_000_000);
});

describe("options", () => {
  // a timer fires at once with more than it takes
  test.each([0, -1, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY])(
    "no call takes %d milliseconds, and nothing is sent",
    async (ms) => {
      await using server = await fakeServer(() => undefined);
      const client = clientOf(server.url);
      for (const run of [
        () => clientOf(server.url, { timeout: ms }),
        () => client.roles.list({ timeout: ms }),
        () => client.backup.logs({ timeout: ms }),
        () => client.backup.logs({ answerTimeout: ms }),
        () => client.restore.logs(Buffer.from("x"), { timeout: ms }),
        () => client.restore.logs(Buffer.from("x"), { answerTimeout: ms }),
        () => client.logs.watch("default", { timeout: ms }).next(),
      ]) {
        const error = await thrownBy(run);
        expect(error).toBeInstanceOf(sdk.InputError);
        expect((error as Error).message).toContain(`imeout: ${ms} isn't a number of milliseconds`);
      }
      expect(server.asked).toEqual([]);
    },
  );

  test.each([
    [{ baseUrl: "nonsense" }, "isn't an http or https URL"],
    [{ baseUrl: "ftp://x" }, "isn't an http or https URL"],
    [{ baseUrl: "http://user:pass@x" }, "holds a user name or password"],
    [{ baseUrl: "http://x?a=b" }, "a query or a fragment"],
    [{ baseUrl: "http://x/flowg/api/v1/" }, "ends with /api/v1"],
    [{ baseUrl: "http://x", token: "a b" }, "characters that no token has"],
    [{ baseUrl: "http://x", timeout: 0 }, "isn't a number of milliseconds"],
    [{ baseUrl: "http://x", retries: -1 }, "isn't a count"],
    [{ baseUrl: "http://x", username: "a", password: "" }, "belong together"],
    [{ baseUrl: "http://x", username: "a", password: "b", token: "c" }, "as well"],
    [{ baseUrl: "http://x", url: "http://y" }, 'there is no option "url"'],
    [{}, "there is no baseUrl"],
  ])("%j is refused: %s", async (options, message) => {
    const error = await thrownBy(() => sdk.createClient(options as sdk.ClientOptions));
    expect(error).toBeInstanceOf(sdk.InputError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain("pass@");
  });

  test.each(["", ".", "..", "\ud800"])("%j can't be a name: no URL carries it", async (name) => {
    await using server = await fakeServer((_, response) =>
      sendJson(response, 200, { success: true }),
    );
    const client = clientOf(server.url);
    for (const run of [
      () => client.roles.delete(name),
      () => client.users.save(name, {}),
      () => client.streams.delete(name),
      () => client.pipelines.get(name),
      () => client.tokens.delete(name),
      () => client.logs.watch(name).next(),
    ]) {
      expect(await thrownBy(run)).toBeInstanceOf(sdk.InputError);
    }
    expect(server.asked).toEqual([]);
  });
});
