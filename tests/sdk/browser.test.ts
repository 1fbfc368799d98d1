// The JSON part of the SDK in a real browser, from a page of another origin; where there is a browser. CI has none.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startServer } from "../http/test-server.js";
import { bundleForBrowser } from "./browser-bundle.js";
import { fakeServer } from "./fake-server.js";

const browser = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);

const PROGRAM = `
import { createClient } from "flowg/sdk";
const { baseUrl, token } = await (await fetch("/settings")).json();
const client = createClient({ baseUrl, token });
const fault = (call) => call.then(() => "none", ({ name, code }) => name + " " + code);

async function ingestAndWatch() {
  const sending = setInterval(() => client.logs.ingest("default", { message: "hello" }), 100);
  try {
    for await (const { fields } of client.logs.watch("default")) return fields;
  } finally {
    clearInterval(sending);
  }
}

async function look() {
  await client.streams.configure("web", { ttl: 60 });
  const watched = await ingestAndWatch();
  const [newest] = await client.logs.query("default", {
    from: new Date(Date.now() - 3_600_000),
    to: new Date(Date.now() + 3_600_000),
    limit: 1,
  });
  return {
    user: (await client.auth.whoami()).user.name,
    ttl: (await client.streams.get("web")).ttl,
    watched,
    queried: newest.fields,
    missing: await fault(client.transformers.get("nope")),
    requestId: await client.transformers.get("nope").catch((error) => typeof error.requestId),
    refused: await fault(createClient({ baseUrl, token: "pat_wrong" }).roles.list()),
    aborted: await fault(client.roles.list({ signal: AbortSignal.abort() })),
    moved: await fault(createClient({ baseUrl: location.origin + "/moved", token }).roles.list()),
    page: await fault(createClient({ baseUrl: location.origin, token }).roles.list()),
    backup: await fault(client.backup.logs()),
  };
}
const result = await look().catch((error) => ({ failed: String(error) }));
await fetch("/result", { method: "POST", body: JSON.stringify(result) });
`;

test.skipIf(!browser)("lists, saves, sends, asks, watches, and tells faults apart", async () => {
  const { text } = await bundleForBrowser(PROGRAM);
  let settings = {};
  let done: (result: string) => void;
  const result = new Promise<string>((resolve) => {
    done = resolve;
  });
  await using page = await fakeServer((request, response) => {
    if (request.url === "/result") {
      done(page.asked.find(({ path }) => path === "/result")?.body ?? "");
    }
    if (request.url === "/settings") return response.end(JSON.stringify(settings));
    if (request.url?.startsWith("/moved")) return response.writeHead(302, { Location: "/" }).end();
    if (request.url !== "/app.js") {
      response.writeHead(200, { "Content-Type": "text/html" });
      return response.end('<!doctype html><script type="module" src="/app.js"></script>');
    }
    return response.writeHead(200, { "Content-Type": "text/javascript" }).end(text);
  });
  await using server = await startServer({ corsOrigins: [page.url] });
  const { token } = (await server.must("/token", { method: "POST" })).body;
  settings = { baseUrl: server.url, token };

  await using opened = await open(page.url);
  expect(JSON.parse(await Promise.race([result, opened.ended]))).toEqual({
    user: "root",
    ttl: 60,
    watched: { message: "hello" },
    queried: { message: "hello" },
    missing: "NotFoundError NOT_FOUND",
    requestId: "string",
    refused: "UnauthenticatedError UNAUTHENTICATED",
    aborted: "AbortError CANCELLED",
    moved: "RedirectError REDIRECTED",
    page: "UnexpectedAnswerError ANSWER_UNEXPECTED",
    backup: "InputError INPUT_INVALID",
  });
});

/** A browser without a window, at this page, with a profile of its own. */
async function open(url: string): Promise<{ ended: Promise<never> } & AsyncDisposable> {
  const profile = await mkdtemp(join(tmpdir(), "flowg-browser-"));
  const child = spawn(
    browser ?? "",
    [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      url,
    ],
    { stdio: "ignore", detached: true },
  );
  const exited = once(child, "exit");
  return {
    ended: exited.then(() => {
      throw new Error("the browser ended by itself");
    }),
    [Symbol.asyncDispose]: async () => {
      // with all of its helpers
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      await exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
