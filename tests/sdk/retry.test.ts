import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createClient, FlowgApiError } from "../../sdk/index.js";
import { apiError, fakeServer, sendJson, thrownBy } from "./fake-server.js";

/** Fails so many times, then answers. */
function failing(times: number, fail: (response: import("node:http").ServerResponse) => void) {
  let left = times;
  return fakeServer((_, response) => {
    if (left-- > 0) fail(response);
    else sendJson(response, 200, { success: true, roles: [], report: { kinds: {} } });
  });
}

const later =
  (status: number, seconds: string) => (response: import("node:http").ServerResponse) => {
    response.setHeader("Retry-After", seconds);
    sendJson(response, status, apiError(status === 429 ? "RATE_LIMITED" : "BUSY"));
  };
const cut = (response: import("node:http").ServerResponse) => response.destroy();

const clientOf = (baseUrl: string) => createClient({ baseUrl, token: "pat_x" });

describe("tries again", () => {
  test.each([429, 503])("after %i with Retry-After, also a change", async (status) => {
    await using server = await failing(2, later(status, "0"));
    await clientOf(server.url).roles.save("x", ["send_logs"]);
    expect(server.asked).toHaveLength(3);
    // each time with its body
    expect(new Set(server.asked.map(({ body }) => body))).toEqual(
      new Set(['{"scopes":["send_logs"]}']),
    );
  });

  test("what only reads, after a broken connection", async () => {
    await using server = await failing(2, cut);
    await clientOf(server.url).roles.list();
    expect(server.asked).toHaveLength(3);
  });

  test("an upload whose source has not been touched", async () => {
    let left = 1;
    await using server = await fakeServer((request, response) => {
      if (left-- > 0) later(503, "0")(response);
      else {
        response.writeContinue();
        request.resume();
        request.on("end", () => sendJson(response, 200, { success: true, report: { kinds: {} } }));
      }
    }, false);
    await clientOf(server.url).restore.logs(Readable.from([Buffer.from("snapshot")]));
    expect(server.asked).toHaveLength(2);
  });
});

describe("does not try again", () => {
  test("more often than it may", async () => {
    await using server = await failing(9, later(503, "0"));
    const error = await thrownBy(() => clientOf(server.url).roles.list());
    expect(error).toBeInstanceOf(FlowgApiError);
    expect(server.asked).toHaveLength(3);
  });

  test("where the server wants a long pause", async () => {
    await using server = await failing(1, later(429, "3600"));
    const error = await thrownBy(() => clientOf(server.url).roles.list());
    expect(error).toMatchObject({ status: 429, retryAfterSeconds: 3600 });
    expect(server.asked).toHaveLength(1);
  });

  test("a 503 that says no time, a 500, a 404", async () => {
    for (const status of [503, 500, 404]) {
      await using server = await failing(1, (response) =>
        sendJson(response, status, apiError("X")),
      );
      await thrownBy(() => clientOf(server.url).roles.list());
      expect(server.asked).toHaveLength(1);
    }
  });

  test("a change after a broken connection: it may have happened", async () => {
    await using server = await failing(1, cut);
    await thrownBy(() => clientOf(server.url).logs.ingest("default", { message: "once" }));
    expect(server.asked).toHaveLength(1);
  });

  test("an upload that was begun", async () => {
    for (const fail of [cut, later(503, "0")]) {
      await using server = await failing(1, fail);
      await thrownBy(() => clientOf(server.url).restore.logs(Buffer.alloc(100_000)));
      expect(server.asked).toHaveLength(1);
    }
  });

  test("a stopped call, while it waits for its next try", async () => {
    const stop = new AbortController();
    await using server = await failing(9, (response) => {
      response.once("close", () => setTimeout(() => stop.abort(), 100));
      later(503, "20")(response);
    });
    const running = thrownBy(() => clientOf(server.url).roles.list({ signal: stop.signal }));
    expect(await running).toMatchObject({ code: "CANCELLED" });
    expect(server.asked).toHaveLength(1);
  });
});
