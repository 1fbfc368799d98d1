// What `npm install` and `npm ci` do at their end in a checkout: build the program. Where the build's tools were left out
// (NODE_ENV=production, --omit=dev), as images are built, they are installed beside it for the moment of the build.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NPM = process.env.npm_execpath;
/** What the build reads. */
const SOURCES = [
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  ".npmrc",
  ".build",
  "server",
  "sdk",
  "cli",
  "openapi",
];

const say = (text) => process.stderr.write(`flowg: ${text}\n`);

function npm(words, options) {
  const [file, ...first] = NPM ? [process.execPath, NPM] : ["npm"];
  execFileSync(file, [...first, ...words], { stdio: "inherit", ...options });
}

function hasTools() {
  const require = createRequire(import.meta.url);
  try {
    for (const name of [
      "typescript",
      "openapi-typescript",
      "swagger-ui-dist",
      "assemblyscript",
      "esbuild",
    ])
      require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

function buildElsewhere() {
  const there = mkdtempSync(join(tmpdir(), "flowg-build-"));
  try {
    for (const name of SOURCES)
      if (existsSync(name)) cpSync(name, join(there, name), { recursive: true });
    const { NODE_ENV, ...env } = process.env;
    // npm tells its children what it was told itself
    for (const name of Object.keys(env))
      if (/^npm_config_(omit|include|production|only)$/i.test(name)) delete env[name];
    npm(["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: there,
      env,
    });
    npm(["run", "build"], { cwd: there, env });
    rmSync("dist", { recursive: true, force: true });
    cpSync(join(there, "dist"), "dist", { recursive: true });
  } finally {
    rmSync(there, { recursive: true, force: true });
  }
}

try {
  if (hasTools()) npm(["run", "build"]);
  else {
    say("the build's tools are development dependencies: they are installed for the build alone");
    buildElsewhere();
  }
} catch (error) {
  say(`the build failed: ${error.message}`);
  say(
    "to see why, run `npm ci --include=dev`, then `npm run build`; `npm prune --omit=dev` takes the tools away again",
  );
  process.exitCode = 1;
}
