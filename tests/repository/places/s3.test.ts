import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type CarefulOptions,
  CarefulPlace,
  type Retry,
} from "../../../server/repository/places/careful-place.js";
import { openPlace } from "../../../server/repository/places/open-place.js";
import type { Place } from "../../../server/repository/places/place.js";
import type { TimeLimits } from "../../../server/repository/places/s3/connections.js";
import { openS3 } from "../../../server/repository/places/s3/s3-store.js";
import { eventually } from "../../eventually.js";
import { withEnvironment } from "../../support/environment.js";
import { type FaultyWay, first, staleLists, startFaultyWay } from "../../support/faulty-way.js";
import {
  BUCKET,
  describeWithStore,
  freshUrl,
  keysOf,
  type ObjectStore,
  startObjectStore,
} from "../../support/object-store.js";
import { describeLaw, listed } from "./law.js";

describeWithStore("with a real S3 server:", () => {
  let store: ObjectStore;
  let environment: Disposable;
  beforeAll(async () => {
    store = await startObjectStore();
    environment = withEnvironment({ ...keysOf(store.admin), ...WITHOUT });
  });
  afterAll(() => environment?.[Symbol.dispose]());

  describeLaw("a bucket", async () => {
    const url = freshUrl(store);
    return { open: () => openPlace(url), [Symbol.asyncDispose]: async () => {} };
  });

  test("a place tells neither keys nor queries", async () => {
    const place = await openPlace(freshUrl(store));
    expect(place.name).toMatch(/^s3:\/\/flowg-test\/t-[0-9a-f]+$/);
  });

  test("a prefix of any characters holds its own objects only", async () => {
    const url = freshUrl(store).replace("?", "%20a+b%c3%a4/x?");
    const place = await openPlace(url);
    await place.put("a/b", Buffer.from("x"));
    await (await openPlace(url.replace("/x?", "/xy?"))).put("c", Buffer.from("y"));
    expect((await listed(place)).map(({ path }) => path)).toEqual(["a/b"]);
    expect((await place.get("a/b"))?.toString()).toBe("x");
  });

  test("a bucket that isn't there isn't an empty one", async () => {
    const place = await openPlace(freshUrl(store).replace(/^s3:..[^/]*/, "s3://no-such-bucket"));
    const refused = {
      code: "REPOSITORY_UNAVAILABLE",
      hint: expect.stringMatching(/make the bucket/),
    };
    await expect(place.get("a")).rejects.toMatchObject(refused);
    await expect(listed(place)).rejects.toMatchObject(refused);
    await expect(place.remove("a")).rejects.toMatchObject(refused);
  });

  test("credentials that may only write get an error with the missing right", async () => {
    using _keys = withEnvironment(keysOf(store.writer));
    const place = await openPlace(freshUrl(store));
    expect(await place.putNew("a", Buffer.from("x"))).toBe(true);
    expect(await place.putNew("a", Buffer.from("x"))).toBe(false);
    expect(await listed(place)).toHaveLength(1);
    for (const [request, permission] of [
      ["get", "s3:GetObject"],
      ["remove", "s3:DeleteObject"],
    ] as const) {
      await expect(place[request]("a")).rejects.toMatchObject({
        code: "PERMISSION_DENIED",
        hint: expect.stringContaining(permission),
      });
    }
  });

  test("a process that is killed while it puts leaves objects that are whole", async () => {
    const url = freshUrl(store);
    const program = join(import.meta.dirname, "putting.ts");
    const child = spawn(process.execPath, ["--import", "tsx", program, url, "0"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data", { signal: AbortSignal.timeout(120_000) });
    await sleep(30);
    child.kill("SIGKILL");
    await once(child, "exit");
    const place = await openPlace(url);
    const objects = await listed(place);
    expect(objects.length).toBeGreaterThan(0);
    for (const { path } of objects) {
      const found = await place.get(path);
      expect(found?.equals(Buffer.alloc(300_000, found[0] ?? 0))).toBe(true);
    }
  });

  describe("credentials", () => {
    let dir: string;
    beforeEach(async () => {
      dir = await mkdtemp(join(tmpdir(), "flowg-s3-"));
    });
    afterEach(() => rm(dir, { recursive: true, force: true }));
    const NO_KEYS = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

    test("and the endpoint come from a profile", async () => {
      const { accessKeyId, secretAccessKey } = store.admin;
      const config = join(dir, "config");
      const credentials = join(dir, "credentials");
      await writeFile(
        config,
        `[profile backup]\nregion = eu-test-1\nservices = here\n[services here]\ns3 =\n  endpoint_url = ${store.endpoint}\n`,
      );
      await writeFile(
        credentials,
        `[backup]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
      );
      using _env = withEnvironment({
        ...NO_KEYS,
        AWS_CONFIG_FILE: config,
        AWS_SHARED_CREDENTIALS_FILE: credentials,
      });
      const place = await openPlace(`s3://${BUCKET}/profile?profile=backup`);
      await place.put("a", Buffer.from("x"));
      {
        using _profile = withEnvironment({ AWS_PROFILE: "backup" });
        expect((await (await openPlace(`s3://${BUCKET}/profile`)).get("a"))?.toString()).toBe("x");
      }
      await expect(openPlace(`s3://${BUCKET}/x?profile=nobody`)).rejects.toMatchObject({
        code: "INPUT_INVALID",
      });
    });

    test("that are nowhere are asked for", async () => {
      using _env = withEnvironment(NO_KEYS);
      const place = await openPlace(freshUrl(store));
      await expect(place.get("a")).rejects.toMatchObject({
        code: "PERMISSION_DENIED",
        hint: expect.stringContaining("AWS_ACCESS_KEY_ID"),
      });
    });

    test("whose program fails are reported, without the program's arguments", async () => {
      const config = join(dir, "config");
      await writeFile(
        config,
        "[default]\ncredential_process = /nowhere/keys --token=very-secret\n",
      );
      using _env = withEnvironment({ ...NO_KEYS, AWS_CONFIG_FILE: config });
      const refused = await (await openPlace(freshUrl(store))).get("a").catch((error) => error);
      expect(refused.code).toBe("PERMISSION_DENIED");
      expect(JSON.stringify([refused.message, refused.hint, refused.details])).not.toMatch(
        /secret/,
      );
    });

    test("that are wrong are reported, and never shown", async () => {
      for (const [keys, words] of [
        [{ ...store.admin, secretAccessKey: "very secret" }, "AWS_SECRET_ACCESS_KEY"],
        [{ accessKeyId: "unknown key", secretAccessKey: "very secret" }, "AWS_ACCESS_KEY_ID"],
      ] as const) {
        using _env = withEnvironment(keysOf(keys));
        const refused = await (await openPlace(freshUrl(store))).get("a").catch((error) => error);
        expect(refused.code).toBe("PERMISSION_DENIED");
        const told = JSON.stringify([refused.message, refused.hint, refused.details]);
        expect(told).toContain(words);
        expect(told).not.toContain("very secret");
        expect(told).not.toContain(keys.accessKeyId);
      }
    });

    test("that expire on the way are renewed, once", async () => {
      await using way = await startFaultyWay(store.endpoint);
      const { accessKeyId, secretAccessKey } = store.admin;
      const program = join(dir, "keys.mjs");
      await writeFile(
        program,
        `import { appendFileSync } from "node:fs";
         appendFileSync(${JSON.stringify(join(dir, "asked"))}, "x");
         console.log(JSON.stringify({ Version: 1, AccessKeyId: "${accessKeyId}", SecretAccessKey: "${secretAccessKey}",
           Expiration: new Date(Date.now() + 3600_000).toISOString() }));`,
      );
      const config = join(dir, "config");
      await writeFile(config, `[default]\ncredential_process = ${process.execPath} ${program}\n`);
      using _env = withEnvironment({ ...NO_KEYS, AWS_CONFIG_FILE: config });
      const place = await openPlace(freshUrl(way));
      const asked = async () => (await readFile(join(dir, "asked"), "utf8")).length;
      await place.put("a", Buffer.from("x"));
      expect(await asked()).toBe(1);
      way.rule = first(1, { answer: 400, code: "ExpiredToken" });
      expect((await place.get("a"))?.toString()).toBe("x");
      expect(await asked()).toBe(2);
      // and where others are none either
      way.requests.length = 0;
      way.rule = () => ({ answer: 403, code: "ExpiredToken" });
      await expect(place.get("a")).rejects.toMatchObject({
        code: "PERMISSION_DENIED",
        hint: expect.stringContaining("expired"),
      });
      expect(way.requests).toHaveLength(2);
    });
  });

  describe("on a way with faults", () => {
    let way: FaultyWay;
    let place: Place;
    let retries: Retry[];
    beforeEach(async () => {
      way = await startFaultyWay(store.endpoint);
      retries = [];
      place = await open();
    });
    afterEach(async () => {
      await place.close();
      await way[Symbol.asyncDispose]();
    });
    const open = async (limits?: TimeLimits, options: CarefulOptions = {}) =>
      new CarefulPlace(await openS3(freshUrl(way), { limits }), {
        delayMs: 5,
        onRetry: (retry) => void retries.push(retry),
        ...options,
      });
    const QUICK: TimeLimits = { connectMs: 5000, windowMs: 1000, leastBytes: 20_000 };

    test.each([
      [500, "InternalError"],
      [502, "Fault"],
      [503, "SlowDown"],
      [429, "TooManyRequests"],
      [409, "ConditionalRequestConflict"],
      [400, "RequestTimeout"],
    ])("%i %s is tried again", async (answer, code) => {
      way.rule = first(2, { answer, code });
      expect(await place.putNew("a", Buffer.from("x"))).toBe(true);
      way.rule = first(2, { answer, code });
      expect((await place.get("a"))?.toString()).toBe("x");
      way.rule = first(2, { answer, code });
      expect(await listed(place)).toHaveLength(1);
      way.rule = first(2, { answer, code });
      await place.remove("a");
      way.rule = () => undefined;
      expect(await place.get("a")).toBeUndefined();
      expect(retries).toHaveLength(8);
      expect(retries[0]).toMatchObject({ request: "put a", tries: 1, place: place.name });
    });

    test("what never goes well ends with what was said last", async () => {
      way.rule = () => ({ answer: 503, code: "SlowDown" });
      const refused = await place.get("a").catch((error) => error);
      expect(refused).toMatchObject({ code: "REPOSITORY_UNAVAILABLE", details: { tries: 8 } });
      expect(refused.message).toMatch(/SlowDown.*tried 8 times/);
      expect(way.requests).toHaveLength(8);
    });

    test.each([
      [403, "AccessDenied", "PERMISSION_DENIED"],
      [400, "InvalidRequest", "REPOSITORY_UNAVAILABLE"],
      [404, "NoSuchBucket", "REPOSITORY_UNAVAILABLE"],
      [403, "InvalidObjectState", "REPOSITORY_UNAVAILABLE"],
      [501, "NotImplemented", "NOT_IMPLEMENTED"],
      [507, "XMinioStorageFull", "DISK_FULL"],
    ])("%i %s is not tried again", async (answer, code, as) => {
      way.rule = () => ({ answer, code });
      const message = expect.stringMatching(`^cannot get a in the store \\S+: ${code}`);
      const refused = { code: as, message, details: { status: answer } };
      await expect(place.get("a")).rejects.toMatchObject(refused);
      expect(way.requests).toHaveLength(1);
    });

    test("404 of what isn't S3 isn't a missing object", async () => {
      way.rule = () => ({ answer: 404, text: "<html>not here</html>" });
      for (const request of ["get", "remove"] as const) {
        const refused = {
          code: "REPOSITORY_UNAVAILABLE",
          message: expect.stringMatching(/not as S3/),
        };
        await expect(place[request]("a")).rejects.toMatchObject(refused);
      }
    });

    test("a read that is cut isn't a short answer", async () => {
      const bytes = randomBytes(1_000_000);
      await place.put("a", bytes);
      way.rule = first(2, { cut: 500_000 });
      expect((await place.get("a"))?.equals(bytes)).toBe(true);
      way.rule = first(1, { cut: 10 });
      const range = { start: 400_000, end: 500_000 };
      expect((await place.get("a", range))?.equals(bytes.subarray(400_000, 500_000))).toBe(true);
      expect(retries).toHaveLength(3);
      way.rule = () => ({ cut: 999_999 });
      await expect(place.get("a")).rejects.toMatchObject({ code: "REPOSITORY_UNAVAILABLE" });
      // and other bytes than were asked for are none either
      way.rule = () => ({
        change: ({ headers }) => ({ headers: { ...headers, range: "bytes=0-9" } }),
      });
      await expect(place.get("a", { start: 5, end: 15 })).rejects.toThrow(/other bytes/);
    });

    test("a store without ranges gives all, of which the range is taken", async () => {
      await place.put("a", Buffer.from("0123456789"));
      way.rule = () => ({
        change: ({ headers: { range: _, ...headers } }) => ({ headers }),
      });
      expect((await place.get("a", { start: 3, end: 5 }))?.toString()).toBe("34");
    });

    test("connections that break are made anew", async () => {
      way.rule = first(2, { reset: "before" });
      await place.put("a", Buffer.from("x"));
      way.rule = first(2, { reset: "after" });
      expect((await place.get("a"))?.toString()).toBe("x");
      expect(retries).toHaveLength(4);
    });

    test("what was stored although its answer was lost is known as its own", async () => {
      const isPut = ({ method }: { method: string }) => method === "PUT";
      way.rule = first(1, { reset: "after" }, isPut);
      expect(await place.putNew("mine", Buffer.from("x"))).toBe(true);
      way.rule = first(2, { answer: 500, code: "InternalError" }, isPut);
      await place.put("other", Buffer.from("y"));
      way.rule = first(1, { reset: "after" }, isPut);
      expect(await place.putNew("other", Buffer.from("x"))).toBe(false);
      expect((await place.get("other"))?.toString()).toBe("y");
    });

    test("without the right to read, an existing object counts as another's", async () => {
      using _keys = withEnvironment(keysOf(store.writer));
      const writing = await open();
      way.rule = first(1, { reset: "after" }, ({ method }) => method === "PUT");
      expect(await writing.putNew("mine", Buffer.from("x"))).toBe(false);
    });

    test("what was changed on its way is refused by the store, and sent again", async () => {
      way.rule = first(2, {
        change: ({ body }) => ({
          body: Buffer.from(body.map((byte, i) => (i === 5 ? byte ^ 1 : byte))),
        }),
      });
      await place.put("a", Buffer.from("0123456789"));
      expect((await place.get("a"))?.toString()).toBe("0123456789");
      expect(retries).toHaveLength(2);
    });

    test("a store that overwrites what it was told not to is refused, and overwrites nothing", async () => {
      const overwrites = ({ method }: { method: string }) =>
        method === "PUT" ? ({ answer: 200, text: "" } as const) : undefined;
      await place.put("there", Buffer.from("older"));
      way.rule = overwrites;
      expect(await place.putNew("there", Buffer.from("x"))).toBe(false);
      expect(way.requests.filter(({ method }) => method === "PUT")).toHaveLength(1);
      await expect(place.putNew("a", Buffer.from("x"))).rejects.toMatchObject({
        code: "NOT_IMPLEMENTED",
        message: expect.stringContaining("overwrites"),
      });
    });

    test("a list that is stale leads nobody to overwrite", async () => {
      way.rule = staleLists();
      expect(await listed(place)).toEqual([]);
      await place.put("a", Buffer.from("x"));
      expect(await listed(place)).toEqual([]);
      expect(await place.putNew("a", Buffer.from("y"))).toBe(false);
      expect((await place.get("a"))?.toString()).toBe("x");
    });

    test("a store that hangs isn't waited for", async () => {
      const hasty = await open(QUICK);
      way.rule = first(1, { hang: true });
      await hasty.put("a", Buffer.from("x"));
      expect(retries[0]?.reason.message).toMatch(/moved \d+ bytes in 1 seconds/);
      await hasty.close();
    });

    test("a large object on a slow line goes on; one that hardly moves doesn't", async () => {
      const bytes = randomBytes(600_000);
      await place.put("a", bytes);
      const same = new CarefulPlace(
        await openS3(`s3://${BUCKET}${new URL(place.name).pathname}?endpoint=${way.endpoint}`, {
          limits: QUICK,
        }),
        { delayMs: 5, onRetry: (retry) => void retries.push(retry) },
      );
      // more than two windows
      way.rule = () => ({ pieces: 30_000, everyMs: 125 });
      expect((await same.get("a"))?.equals(bytes)).toBe(true);
      expect(retries).toEqual([]);
      way.rule = first(1, { pieces: 100, everyMs: 50 });
      expect((await same.get("a"))?.equals(bytes)).toBe(true);
      expect(retries).toHaveLength(1);
      await same.close();
    });

    test("a signal stops what waits, hangs and would be tried again", async () => {
      const stop = new AbortController();
      const stoppable = await open(undefined, { signal: stop.signal, delayMs: 60_000 });
      way.rule = ({ method }) => (method === "PUT" ? { hang: true } : { answer: 503 });
      const requests = [
        ...Array.from({ length: 8 }, (_, i) => stoppable.put(`a${i}`, Buffer.from("x"))),
        stoppable.get("a"),
        listed(stoppable),
      ];
      const ended = Promise.allSettled(requests);
      await sleep(100);
      stop.abort();
      for (const result of await ended)
        expect(result).toMatchObject({ status: "rejected", reason: { code: "CANCELLED" } });
    });

    test("only so many requests are under way at once", async () => {
      // the first are held until so many are there, and a moment longer, in which one more would come
      const holdUntil = (count: number) => {
        way.most = 0;
        const full = eventually(() => expect(way.most).toBeGreaterThanOrEqual(count));
        const waitFor = full.then(() => sleep(100));
        way.rule = () => ({ waitFor });
      };
      holdUntil(5);
      await Promise.all(Array.from({ length: 30 }, (_, i) => place.put(`a${i}`, Buffer.from("x"))));
      expect(way.most).toBe(5);
      const two = await open(undefined, { parallel: 2 });
      holdUntil(2);
      await Promise.all(Array.from({ length: 10 }, (_, i) => two.get(`a${i}`)));
      expect(way.most).toBe(2);
    });

    test("pages of a list are asked for again, and half a list doesn't count", async () => {
      await Promise.all([..."abcdef"].map((path) => place.put(path, Buffer.from("x"))));
      way.rule = first(1, { cut: 100 });
      expect(await listed(place)).toHaveLength(6);
      way.rule = first(1, { answer: 200, text: "<html>welcome</html>" });
      expect(await listed(place)).toHaveLength(6);
      way.rule = first(1, {
        changeAnswer: (body) =>
          Buffer.from(body.toString().replace(/<IsTruncated>false<\/IsTruncated>/, "")),
      });
      expect(await listed(place)).toHaveLength(6);
      expect(retries).toHaveLength(3);
      way.rule = () => ({
        changeAnswer: (body) => Buffer.from(body.toString().replaceAll(/(%2F|\/)c</g, "$1z<")),
      });
      await expect(listed(place)).rejects.toThrow(/out of order/);
    });

    test("the region that the store names is taken; a wrong clock is reported", async () => {
      way.rule = ({ headers }) =>
        /\/eu-north-1\/s3\//.test(headers.authorization ?? "")
          ? undefined
          : {
              answer: 301,
              code: "PermanentRedirect",
              headers: { "x-amz-bucket-region": "eu-north-1" },
            };
      await place.put("a", Buffer.from("x"));
      await place.get("a");
      expect(way.requests).toHaveLength(3);
      way.rule = () => ({
        answer: 403,
        code: "RequestTimeTooSkewed",
        headers: { date: "Mon, 01 Jan 2024 00:00:00 GMT" },
      });
      await expect(place.get("a")).rejects.toMatchObject({
        hint: expect.stringMatching(/clock.*there Mon, 01 Jan 2024/),
      });
    });

    test("the proxy that the environment names is the way", async () => {
      using _env = withEnvironment({ HTTP_PROXY: way.endpoint, NO_PROXY: "" });
      const url = freshUrl({ endpoint: "http://store.invalid:8333" });
      const proxied = new CarefulPlace(await openS3(url), { delayMs: 5 });
      await proxied.put("a", Buffer.from("x"));
      expect((await proxied.get("a"))?.toString()).toBe("x");
      expect(way.requests[0]?.url).toMatch(/^http:\/\/store\.invalid:8333\/flowg-test\//);
      using _none = withEnvironment({ NO_PROXY: "store.invalid" });
      await expect(proxied.get("a")).rejects.toThrow(/can't be reached.*tried 4 times/);
    });
  });
});

describe("a store that is not there", () => {
  test("is reported with its endpoint", async () => {
    using _env = withEnvironment({
      ...keysOf({ accessKeyId: "a", secretAccessKey: "b" }),
      ...WITHOUT,
    });
    const url = "s3://bucket/x?endpoint=http://127.0.0.1:9";
    const place = new CarefulPlace(await openS3(url), { delayMs: 1 });
    await expect(place.get("a")).rejects.toMatchObject({
      code: "REPOSITORY_UNAVAILABLE",
      message: expect.stringContaining("127.0.0.1:9"),
      hint: expect.stringContaining("AWS_ENDPOINT_URL_S3"),
    });
  });

  test("whose certificate nobody knows is reported; AWS_CA_BUNDLE makes it known", async () => {
    const dir = await mkdtemp(join(tmpdir(), "flowg-s3-tls-"));
    const [key, cert] = [join(dir, "key.pem"), join(dir, "cert.pem")];
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
      ].concat(
        ["-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost"],
        ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
      ),
      { stdio: "ignore" },
    );
    const server = createServer(
      { key: await readFile(key), cert: await readFile(cert) },
      (_, response) => void response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    using _env = withEnvironment({
      ...keysOf({ accessKeyId: "a", secretAccessKey: "b" }),
      ...WITHOUT,
    });
    const url = `s3://bucket/x?endpoint=https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect((await openPlace(url)).get("a")).rejects.toMatchObject({
      code: "REPOSITORY_UNAVAILABLE",
      hint: expect.stringContaining("AWS_CA_BUNDLE"),
    });
    using _ca = withEnvironment({ AWS_CA_BUNDLE: cert });
    const place = await openPlace(url);
    expect(await place.get("a")).toBeUndefined();
    await place.close();
    server.closeAllConnections();
    server.close();
    await rm(dir, { recursive: true });
  });
});

describe("an s3:// URL", () => {
  test.each([
    ["s3://", "names no bucket"],
    ["s3:bucket", "names no bucket"],
    ["s3:///prefix", "names no bucket"],
    ["s3://bk/flowg", "3 to 63 letters"],
    ["s3://-my-bucket/flowg", "3 to 63 letters"],
    ["s3://AKIA:secret@bucket/x", "holds no keys"],
    ["s3://bucket/x?secret=secret", "no parameter"],
    ["s3://bucket/x?endpoint=http://a:secret@host", "takes none"],
    ["s3://bucket/x?endpoint=ftp://host", "can't be used"],
    ["s3://bucket/x?endpoint=host", "isn't a URL"],
    ["s3://bucket/x?region=a.evil.example/", "can't be one"],
    ["s3://bucket/x?path-style=maybe", "true or false"],
    ["s3://bucket/../x", "beginning of a path"],
    ["s3://bucket/%00", "beginning of a path"],
    ["s3://bucket/%zz", "begins no character"],
  ])("%s is refused", async (url, words) => {
    const refused = await openPlace(url).catch((error) => error);
    expect(refused.code).toBe("INPUT_INVALID");
    expect(`${refused.message} ${refused.hint}`).toContain(words);
    expect(`${refused.message} ${refused.hint}`).not.toMatch(/:secret|AKIA/);
  });
});

/** What a machine's own environment may say must not decide. */
const WITHOUT = Object.fromEntries(
  [
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_SESSION_TOKEN",
    "AWS_CA_BUNDLE",
  ].map((name) => [name, undefined]),
);
