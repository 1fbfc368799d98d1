// `flowg repository init` and `key` as processes: what they say, what they make, and what they keep to themselves.

import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newIdentity } from "../../server/repository/keys/identities.js";
import { flowg, type Ran } from "./flowg.js";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-cli-repository-"));
});
afterEach(() => rm(home, { recursive: true }));

const run = (line: string, env: Record<string, string> = {}): Promise<Ran> =>
  flowg(["repository", ...line.split(" ")], { cwd: home, env: { HOME: home, ...env } });
const made = async (line: string, env?: Record<string, string>) => {
  const ran = await run(`${line} --json`, env);
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  return JSON.parse(ran.stdout);
};

describe("init", () => {
  test("says who could read, where nobody is named", async () => {
    const ran = await run("init --repository repo");
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    for (const way of ["--identity", "--recipient", "--passphrase-file", "--unencrypted"])
      expect(ran.stderr).toContain(way);
    expect(await readdir(home)).toEqual([]);
  });

  test("makes an identity, and says how to keep it", async () => {
    const ran = await run("init --repository repo --identity id");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("KEEP id");
    expect(ran.stdout).toContain("Without it nobody can restore anything from this repository");
    const text = await readFile(join(home, "id"), "utf8");
    const secret = /AGE-SECRET-KEY-1\w+/.exec(text)?.[0] ?? "none";
    expect(ran.stdout).not.toContain(secret);
    const [signingKey = ""] = /RW[\w+/]{54}/.exec(ran.stdout) ?? [];
    expect(text).toContain(`# signing key: ${signingKey}`);
    const [keyName = ""] = await readdir(join(home, ".config/flowg/repositories"));
    expect((await stat(join(home, "id"))).mode & 0o777).toBe(0o600);
    const key = await readFile(join(home, ".config/flowg/repositories", keyName), "utf8");
    expect(ran.stdout).not.toContain(JSON.parse(key).nameKey);

    const again = await run("init --repository repo --identity id2 --json");
    expect(again.code).toBe(5);
    expect(JSON.parse(again.stdout)).toMatchObject({ success: false, code: "REFUSED" });
    expect(await readdir(home)).not.toContain("id2");
  });

  test("takes two repositories, and one identity for both", async () => {
    const { repositories } = await made("init --repository a --repository b --identity id");
    expect(repositories).toHaveLength(2);
    expect(repositories[0].signingKey).toBe(repositories[1].signingKey);
    const text = await readFile(join(home, "id"), "utf8");
    expect(text.match(/^AGE-SECRET-KEY-/gm)).toHaveLength(1);
    const refused = await run(
      "init --repository c --repository d --identity id --repository-key k",
    );
    expect(refused.code).toBe(2);
  });

  test("takes recipients, and a passphrase from a file alone", async () => {
    const { recipient } = newIdentity();
    const ran = await run(`init --repository r --recipient ${recipient}`);
    expect(ran.stdout).toContain("Add this line to each identity file");
    expect(await run("init --repository x --recipient age1nonsense")).toMatchObject({ code: 2 });
    for (const [text, code] of [
      ["", 2],
      ["\n", 2],
      ["two\nlines\n", 2],
      ["long enough\n", 0],
    ] as const) {
      await writeFile(join(home, "pass"), text);
      const ran = await run("init --repository p --passphrase-file pass");
      expect(ran.code, text).toBe(code);
      expect(ran.stdout + ran.stderr).not.toContain("long enough");
    }
    expect((await run("init --repository q --passphrase-file none")).code).toBe(8);
  });

  test("goes without encryption only when told, and not beside it", async () => {
    expect((await run("init --repository a --unencrypted --identity id")).code).toBe(2);
    const env = { FLOWG_IDENTITY_FILE: "id", FLOWG_REPOSITORY_KEY_FILE: "key" };
    const { repositories } = await made("init --repository a --unencrypted", env);
    expect(repositories[0]).toMatchObject({ encrypted: false, keyFile: null });
    expect(await readdir(home)).toEqual(["a"]);
  });

  test("takes what variables say", async () => {
    const env = {
      FLOWG_REPOSITORY: "a",
      FLOWG_IDENTITY_FILE: "id",
      FLOWG_REPOSITORY_KEY_FILE: "key",
    };
    const { repositories } = await made("init", env);
    expect(repositories[0]).toMatchObject({ identityFile: "id", keyFile: "key" });
    expect((await readdir(home)).sort()).toEqual(["a", "id", "key"]);
  });

  test("wants a key file's place of a user without a home", async () => {
    const env = { HOME: "", XDG_CONFIG_HOME: "" };
    const ran = await run("init --repository a --identity id --repository-key key", env);
    expect(ran.code).toBe(0);
  });
});

test.each([
  "s3://AKIAEXAMPLE:hunter2@bucket/flowg",
  "s3://AKIAEXAMPLE:hunter2%40bucket/flowg",
  "https://user:hunter2@s3.example.com/bucket",
  "s3:hunter2@bucket",
  "s3://bucket/flowg?secret_access_key=hunter2",
  "s3://bucket/flowg?endpoint=http://a:hunter2@localhost:1",
  "s3://bucket/flowg?endpoint=http%3A%2F%2Fa%3Ahunter2%40localhost",
])("credentials in %s are refused and not repeated", async (url) => {
  for (const line of ["init --identity id", "key --identity id"]) {
    const given = await run(`${line} --repository ${url} --json`);
    const env = await run(`${line} --json`, { FLOWG_REPOSITORY: url });
    for (const ran of [given, env]) {
      expect(ran.code).toBe(2);
      expect(ran.stdout + ran.stderr).not.toMatch(/hunter2|AKIA/);
    }
  }
  expect(await readdir(home)).toEqual([]);
});

describe("key", () => {
  test("makes another machine's key file", async () => {
    await made("init --repository repo --identity id");
    const { keys } = await made("key --repository repo --identity id --repository-key web.json");
    expect(keys[0].keyFile).toBe("web.json");
    expect((await stat(join(home, "web.json"))).mode & 0o777).toBe(0o600);
    const env = { XDG_CONFIG_HOME: join(home, "other") };
    const second = await made("key --repository repo --identity id", env);
    expect(second.keys[0].keyFile).toContain(join(home, "other/flowg/repositories"));
    const again = await run("key --repository repo --identity id", env);
    expect(again).toMatchObject({ code: 5 });
    const bytes = (path: string) => readFile(join(home, path), "utf8").then(JSON.parse);
    const [one, two] = [await bytes("web.json"), await bytes(keys[0].keyFile)];
    expect(one).toEqual(two);
  });

  test("needs an identity that fits", async () => {
    await made("init --repository repo --identity id");
    const { secret } = newIdentity();
    await writeFile(join(home, "other"), secret);
    for (const identity of ["", " --identity other"]) {
      const ran = await run(`key --repository repo${identity} --json`);
      expect(ran.code).toBe(6);
      expect(JSON.parse(ran.stdout)).toMatchObject({ code: "IDENTITY_REQUIRED" });
      expect(ran.stdout).toContain("age1");
      expect(ran.stdout + ran.stderr).not.toContain(secret);
    }
    expect((await run("key --repository nowhere --identity id")).code).toBe(8);
    expect((await run("key --repository repo --identity missing")).code).toBe(8);
  });
});

test("`flowg repository` and its help load nothing of the core", async () => {
  for (const words of [["repository"], ["repository", "init", "--help"], ["--help"]]) {
    const ran = await flowg(words, { env: { NODE_DEBUG: "module,esm" } });
    expect(ran.code).toBe(0);
    expect(ran.stderr).not.toMatch(/age-encryption|server\/core|\/lmdb\//);
  }
});
