// `npm run check`: all that looks at the sources, two at a time, and the build; then the tests. What one says is shown when it
// has ended, and the tests run only if none has found anything.

import { spawn, spawnSync } from "node:child_process";

const AT_ONCE = 2;
/** The longest first. */
const LOOKS = ["types", "build", "generate:check", "lint", "lint:openapi"];

function run(script) {
  return new Promise((resolve) => {
    const child = spawn("npm", ["run", script], { stdio: ["ignore", "pipe", "pipe"] });
    const said = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes) => said.push(bytes));
    child.on("close", (code, signal) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code === 0 ? [] : [`npm run ${script} ended with ${signal ?? code}`]);
    });
  });
}

const left = [...LOOKS];
const lanes = Array.from({ length: AT_ONCE }, async () => {
  const wrong = [];
  for (let script = left.shift(); script; script = left.shift()) wrong.push(...(await run(script)));
  return wrong;
});
const wrong = (await Promise.all(lanes)).flat();
if (wrong.length > 0) {
  process.stderr.write(`${wrong.join("\n")}\n`);
  process.exitCode = 1;
} else {
  const { status } = spawnSync("npm", ["run", "tests"], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}
