// A load from a process of its own: steady ingest through a pipeline, until its stdin ends. Prints what was answered
// as one JSON line: the latencies, and the numbers that are on the disk.

const [, , api, authorization, pipeline] = process.argv;
const PACE_MS = 10;
const AT_ONCE = 2;

let isOver = false;
process.stdin.on("end", () => {
  isOver = true;
});
process.stdin.resume();

const stored = [];
const latencies = [];
const statuses = {};
let next = 0;

async function send() {
  while (!isOver) {
    const n = next++;
    const started = performance.now();
    const response = await fetch(`${api}/pipelines/${pipeline}/logs`, {
      method: "POST",
      headers: { Authorization: authorization, "Content-Type": "application/json" },
      body: JSON.stringify({ record: { n: String(n) } }),
    });
    await response.arrayBuffer();
    latencies.push({ at: Date.now(), ms: performance.now() - started });
    statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    if (response.status === 200) stored.push(n);
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, send));
process.stdout.write(`${JSON.stringify({ stored, latencies, statuses })}\n`);
