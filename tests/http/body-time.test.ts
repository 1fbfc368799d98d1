// Bodies that drip, at listeners that read none: no log-in is needed for those.

import { expect, it } from "vitest";
import { parseBindAddress } from "../../server/http/bind-address.js";
import { type Handler, listen } from "../../server/http/listen.js";
import { rawExchange } from "./raw.js";

const HANDLERS: [string, Handler][] = [
  ["answers at once, and lets the body be", (_request, response) => response.end("answered")],
  [
    "answers at once, and drops the body",
    (request, response) => {
      request.resume();
      response.end("answered");
    },
  ],
  [
    "waits for the end of the body",
    (request, response) => {
      request.resume();
      request.on("end", () => response.end("never"));
      request.on("error", () => {});
    },
  ],
];

it.each(HANDLERS)(
  "a connection ends although its body never does, where the server %s",
  async (_, handler) => {
    const listener = await listen({
      address: parseBindAddress("", "127.0.0.1:0"),
      handler,
      bodyTimes: { bodyMs: 300, afterAnswerMs: 200 },
    });
    const url = listener.urls[0] as string;
    for (const method of ["GET", "POST"]) {
      let timer: NodeJS.Timeout | undefined;
      const { text } = await rawExchange(url, {
        write: (socket) => {
          socket.on("error", () => {});
          socket.write(`${method} /health HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n`);
          timer = setInterval(() => socket.write("x"), 20);
        },
      });
      clearInterval(timer);
      expect(text).not.toContain("never");
    }
    listener.stop();
    await listener.closed(1_000);
  },
);

it("a body that comes in time doesn't matter", async () => {
  const listener = await listen({
    address: parseBindAddress("", "127.0.0.1:0"),
    handler: (request, response) => {
      request.resume();
      request.on("end", () => response.end("whole"));
    },
    bodyTimes: { bodyMs: 60_000, afterAnswerMs: 1 },
  });
  for (let n = 0; n < 5; n += 1) {
    const response = await fetch(listener.urls[0] as string, {
      method: "POST",
      body: "x".repeat(100_000),
    });
    expect(await response.text()).toBe("whole");
  }
  listener.stop();
  await listener.closed(1_000);
});
