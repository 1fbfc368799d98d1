// Webhooks answer as no webhook should. Each call comes to an end in words, before the time for an answer is over. A call that
// never ended would keep its place for ever, and a few dozen of them would hold up all alerts.

import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { callWebhook } from "../../../server/operations/webhooks/call-webhook.js";

/** Answers each connection by itself once its request has come. */
async function answering(answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => answer(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

const called = ({ url }: { url: string }) =>
  callWebhook(
    { url, headers: {}, body: "{}", what: "the webhook", owner: "the alert" },
    new AbortController().signal,
  );

const UPGRADE = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n";
const header = (n: number) => `X-${n}: ${"y".repeat(1000)}\r\n`;

const ANSWERS: [what: string, answer: (socket: Socket) => void, message: string][] = [
  ["another protocol", (socket) => socket.write(UPGRADE), "the webhook answered 101"],
  [
    "another protocol, and its first bytes",
    (socket) => socket.write(`${UPGRADE}bytes`),
    "the webhook answered 101",
  ],
  ["nothing, and hangs up", (socket) => socket.end(), "the webhook cannot be reached"],
  ["a reset", (socket) => socket.resetAndDestroy(), "the webhook cannot be reached"],
  [
    "half a header",
    (socket) => socket.end("HTTP/1.1 200 OK\r\nX-A: b"),
    "the webhook cannot be reached",
  ],
  ["no HTTP", (socket) => socket.end("220 mail ready\r\n"), "the webhook cannot be reached"],
  [
    "a header without an end",
    (socket) => socket.write(`HTTP/1.1 200 OK\r\n${[...Array(100).keys()].map(header).join("")}`),
    "the webhook cannot be reached",
  ],
];

describe("a webhook that answers with", () => {
  test.each(ANSWERS)("%s", async (_, answer, message) => {
    await using server = await answering(answer);
    await expect(called(server)).rejects.toMatchObject({
      code: "UPSTREAM_FAILED",
      message,
    });
  });

  test("more than anybody reads has taken the call", async () => {
    const more = Buffer.alloc(1024 * 1024, "x");
    await using server = await answering((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      const go = () => {
        while (!socket.destroyed && socket.write(more));
      };
      socket.on("drain", go);
      go();
    });
    expect(await called(server)).toBeUndefined();
  });

  test("a body that never ends, or is reset, has taken the call", async () => {
    const head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx";
    for (const then of [(socket: Socket) => socket.resetAndDestroy(), () => undefined]) {
      await using server = await answering((socket) => socket.write(head, () => then(socket)));
      expect(await called(server)).toBeUndefined();
    }
  });
});
