// The files in server/deployment. Each is accepted by the tools that it is for, has the safe settings, and the commands in it run
// as a user without rights, who can write only where the file allows it.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { BUILT, flowg } from "../cli/flowg.js";
import { eventually } from "../eventually.js";
import { freePort } from "../free-port.js";
import { tool } from "../support/tool.js";

const HERE = fileURLToPath(new URL("../../server/deployment/", import.meta.url));
const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);
const text = (name: string) => readFile(join(HERE, name), "utf8");

const found = async (program: string) =>
  await run("which", [program]).then(
    () => true,
    () => false,
  );

let space: string;
beforeAll(async () => {
  space = await mkdtemp(join(tmpdir(), "flowg-deployment-"));
});
afterAll(() => rm(space, { recursive: true, force: true }));

const UNITS = ["flowg.service", "flowg-backup.service"] as const;

/** The settings of a unit, in order. */
async function settingsOf(unit: string): Promise<(readonly [string, string])[]> {
  const lines = (await text(unit)).split("\n").filter((line) => /^[A-Z]\w*=/.test(line));
  return lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]);
}

describe.skipIf(!(await found("systemd-analyze")))("systemd", () => {
  test("takes the units and the timer, and finds them little exposed", async () => {
    // the unit refers to the program, so it must be there
    for (const name of [...UNITS, "flowg-backup.timer"])
      await writeFile(
        join(space, name),
        (await text(name)).replaceAll("/usr/local/bin/flowg", BUILT),
      );
    const paths = [...UNITS, "flowg-backup.timer"].map((name) => join(space, name));
    const { stderr } = await run("systemd-analyze", ["verify", ...paths]);
    // systemd also warns of other units of this machine
    expect(stderr.split("\n").filter((line) => line.includes(space))).toEqual([]);
    for (const name of UNITS) {
      const words = ["security", "--offline=true", "--threshold=20", "--no-pager"];
      await run("systemd-analyze", [...words, join(space, name)]);
    }
  });
});

test("units run without rights, and no identity is on the machine", async () => {
  for (const unit of UNITS) {
    const settings = new Map(await settingsOf(unit));
    expect(Object.fromEntries(settings)).toMatchObject({
      User: "flowg",
      NoNewPrivileges: "yes",
      ProtectSystem: "strict",
      CapabilityBoundingSet: "",
      UMask: "0077",
    });
    expect([...settings].join()).not.toMatch(/identity/i);
  }
});

test.skipIf(!existsSync(tool("hadolint", "hadolint")))(
  "hadolint takes the Dockerfile",
  async () => {
    await run(tool("hadolint", "hadolint"), [join(HERE, "Dockerfile")]);
  },
);

/** The instructions of the Dockerfile, each on one line. */
async function instructions(): Promise<string[]> {
  const lines = (await text("Dockerfile")).replaceAll(/^#.*\n/gm, "").replaceAll("\\\n", " ");
  return lines.split("\n").filter((line) => line.trim() !== "");
}

test("the Dockerfile copies what there is, and ends as a user without rights", async () => {
  const all = await instructions();
  expect(all.filter((line) => line.startsWith("FROM "))).toHaveLength(2);
  const last = all.slice(all.findLastIndex((line) => line.startsWith("FROM ")));
  expect(last.findLast((line) => line.startsWith("USER "))).toBe("USER 10001");
  const copied = last
    .filter((line) => line.startsWith("COPY "))
    .flatMap((line) => [...line.matchAll(/\/src\/(\S+)/g)].map(([, path]) => path as string));
  expect(copied).toEqual(["package.json", "LICENSE", "node_modules", "dist"]);
  for (const path of copied) expect(existsSync(join(PROJECT, path)), path).toBe(true);
  const ignored = (await text("Dockerfile.dockerignore")).trim().split("\n");
  expect(ignored).toEqual(expect.arrayContaining(["node_modules", ".git", "*.identity"]));
});

test("the CronJob is YAML, with safe settings, and runs a command that there is", async () => {
  const document = parseDocument(await text("backup-cronjob.yaml"), { strict: true });
  expect([...document.errors, ...document.warnings]).toEqual([]);
  const { spec, apiVersion, kind } = document.toJS();
  expect([apiVersion, kind, spec.concurrencyPolicy]).toEqual(["batch/v1", "CronJob", "Forbid"]);
  const pod = spec.jobTemplate.spec.template.spec;
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  });
  const [container] = pod.containers;
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  const volumes = pod.volumes.map(({ name }: { name: string }) => name).sort();
  const mounts = container.volumeMounts.map(({ name }: { name: string }) => name).sort();
  expect(mounts).toEqual(volumes);
  // the command knows each of the variables
  const { stdout } = await flowg(["admin", "backup", "--help"]);
  for (const { name } of container.env)
    if (name.startsWith("FLOWG_")) expect(stdout).toContain(name);
  for (const flag of container.args.filter((word: string) => word.startsWith("--")))
    expect(stdout).toContain(flag);
});

test.skipIf(!existsSync(tool("kubernetes", "kubernetes-validate")))(
  "the CronJob is what Kubernetes' own schema says",
  async () => {
    const program = tool("kubernetes", "kubernetes-validate");
    const env = { ...process.env, PYTHONPATH: join(program, "../..") };
    const file = join(HERE, "backup-cronjob.yaml");
    await run("python3", [program, "--strict", file], { env });
  },
);

/** Whether this process may make a file system of its own. */
const mayConfine =
  process.getuid?.() === 0 &&
  (await run("unshare", ["--mount", "mount", "-o", "remount,bind,ro", "/"]).then(
    () => true,
    () => false,
  ));
const NOBODY = 65534;

describe.skipIf(!mayConfine)("as the files run it", () => {
  let data: string;
  let project: string;
  beforeAll(async () => {
    // a user without rights can't read root's directories
    await chmod(space, 0o755);
    project = join(space, "opt");
    await mkdir(project);
    await cp(join(PROJECT, "dist"), join(project, "dist"), { recursive: true });
    await cp(join(PROJECT, "package.json"), join(project, "package.json"));
    data = join(space, "lib");
    for (const dir of [data, join(space, "off-site")]) {
      await mkdir(dir, { mode: 0o700 });
      await chown(dir, NOBODY, NOBODY);
    }
  });

  /** Runs a command with the root and the test's own directory read-only, except for these two directories. */
  function confined(words: readonly string[], env: Record<string, string>) {
    const script = `
      set -e
      mount -o remount,bind,ro /
      mount --bind "$SPACE" "$SPACE"
      mount -o remount,bind,ro "$SPACE"
      for dir in "$DATA" "$SPACE/off-site"; do
        mount --bind "$dir" "$dir"
        mount -o remount,bind,rw "$dir"
      done
      for dir in / "$SPACE"; do if touch "$dir/x" 2>/dev/null; then exit 99; fi; done
      mount --bind "$MODULES" "$SPACE/opt/node_modules"
      cd "$DATA"
      exec setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups --no-new-privs --bounding-set -all --inh-caps -all \\
        "$@"`;
    const program = ["unshare", "--mount", "bash", "-c", script, "--", process.execPath];
    const main = join(project, "dist/cli/main.js");
    const own = { SPACE: space, DATA: data, MODULES: join(PROJECT, "node_modules") };
    return spawn(program[0] as string, [...program.slice(1), main, ...words], {
      env: { PATH: process.env.PATH ?? "", HOME: data, ...own, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async function ended(child: ReturnType<typeof confined>) {
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (piece) => {
        output += piece;
      });
    const [code, signal] = await once(child, "close");
    return { code, signal, output };
  }

  test("the server serves, is healthy, stops, and its backup is stored by the key alone", async () => {
    await mkdir(join(project, "node_modules"), { recursive: true });
    const [http, management] = [await freePort(), await freePort()];
    const settings = new Map(await settingsOf("flowg.service"));
    expect(settings.get("ExecStart")).toBe("/usr/local/bin/flowg serve");
    const password = join(space, "root-password");
    await writeFile(password, "a long first password\n", { mode: 0o644 });
    const where = {
      FLOWG_HTTP_BIND_ADDRESS: `127.0.0.1:${http}`,
      FLOWG_MGMT_BIND_ADDRESS: `127.0.0.1:${management}`,
    };
    const server = confined(["serve"], { ...where, FLOWG_INITIAL_PASSWORD_FILE: password });
    const done = ended(server);
    const healthy = () =>
      fetch(`http://127.0.0.1:${management}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    await eventually(async () => expect(await healthy()).toBe(true));
    const [, ...check] = JSON.parse(
      (await instructions())
        .find((line) => line.startsWith("HEALTHCHECK"))
        ?.replace(/^.*CMD /, "") ?? "[]",
    );
    expect(check).toEqual(["health", "--quiet"]);
    const health = await ended(confined([...check, "--url", `http://127.0.0.1:${management}`], {}));
    expect(health).toMatchObject({ code: 0, output: "" });

    // the identity is kept elsewhere; this machine has only the key
    const repository = ["--repository", join(space, "off-site")];
    const elsewhere = { env: { HOME: join(space, "admin") } };
    const identity = ["--identity", join(space, "identity")];
    const key = join(data, "repository-key.json");
    for (const words of [
      ["repository", "init", ...repository, ...identity],
      ["repository", "key", ...repository, ...identity, "--repository-key", key],
    ])
      expect(await flowg(words, elsewhere)).toMatchObject({ code: 0 });
    await run("chown", ["-R", `${NOBODY}:${NOBODY}`, key, join(space, "off-site")]);
    const unit = new Map(await settingsOf("flowg-backup.service"));
    const words = unit.get("ExecStart")?.split(" ").slice(1) ?? [];
    const env = {
      FLOWG_REPOSITORY_KEY_FILE: key,
      FLOWG_REPOSITORY: join(space, "off-site"),
    };
    for (let n = 0; n < 2; n++)
      expect(await ended(confined(words, env))).toEqual({ code: 0, signal: null, output: "" });
    const listed = await flowg(["snapshots", "list", ...repository, ...identity, "--json"]);
    expect(JSON.parse(listed.stdout).repositories[0].snapshots).toHaveLength(2);

    server.kill("SIGTERM");
    expect(await done).toMatchObject({ code: 0 });
  });
});
