// How many passwords may be tried: at once, and by one address before it has to wait.

import { expect, it } from "vitest";
import { FAILURES_PER_ADDRESS, LoginGuard } from "../../server/api/login-guard.js";
import { startServer } from "../http/test-server.js";

const ADDRESS = "192.0.2.1";
const ELSEWHERE = "198.51.100.1";

/** The next turn of the event loop: what is sent over sockets comes in turns of its own. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Checks that take some turns, and are counted. */
function counted() {
  let started = 0;
  let running = 0;
  let most = 0;
  const check = (answer: () => boolean) => async () => {
    started += 1;
    running += 1;
    most = Math.max(most, running);
    try {
      for (let n = 0; n < 3; n++) await turn();
      return answer();
    } finally {
      running -= 1;
    }
  };
  return {
    failing: check(() => false),
    right: check(() => true),
    throwing: check(() => {
      throw new Error("the database is closed");
    }),
    counts: () => ({ started, running, most }),
  };
}

/** What became of attempts that came before the first was judged: answers, and codes or texts of errors. */
async function burst(count: number, attempt: (n: number) => Promise<boolean>) {
  const attempts: Promise<unknown>[] = [];
  for (let n = 0; n < count; n++) {
    attempts.push(attempt(n).catch(({ code, message }) => code ?? message));
  }
  const tally: Record<string, number> = {};
  for (const end of await Promise.all(attempts)) tally[`${end}`] = (tally[`${end}`] ?? 0) + 1;
  return tally;
}

it("a burst for many users from one address is refused once a hundred wait or have failed", async () => {
  const guard = new LoginGuard();
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let checks = 0;
  const ends = burst(150, async (n) => {
    // all have come when the first is judged
    if (n === 149) open();
    return guard.attempt(ADDRESS, `user ${n}`, async () => {
      checks += 1;
      await opened;
      return false;
    });
  });
  expect(await ends).toEqual({ false: FAILURES_PER_ADDRESS, RATE_LIMITED: 50 });
  expect(checks).toBe(FAILURES_PER_ADDRESS);
  const { right, counts } = counted();
  await expect(guard.attempt(ADDRESS, "somebody", right)).rejects.toMatchObject({
    code: "RATE_LIMITED",
  });
  expect(counts().started).toBe(0);
  expect(await guard.attempt(ELSEWHERE, "somebody", right)).toBe(true);
});

it("a burst over sockets is refused like that", async () => {
  await using server = await startServer();
  const guesses = Array.from({ length: FAILURES_PER_ADDRESS + 20 }, (_, n) =>
    server.call("/auth/login", {
      method: "POST",
      json: { username: `user ${n}`, password: "guess" },
    }),
  );
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(FAILURES_PER_ADDRESS);
  expect(statuses.filter((status) => status === 429)).toHaveLength(20);
});

it("right passwords cost an address nothing, in a row or at once", async () => {
  const guard = new LoginGuard();
  const { right, failing } = counted();
  for (let n = 0; n < FAILURES_PER_ADDRESS + 50; n++)
    expect(await guard.attempt(ADDRESS, `user ${n}`, right)).toBe(true);
  expect(await burst(80, (n) => guard.attempt(ADDRESS, `user ${n}`, right))).toEqual({ true: 80 });
  // nor do they give it more than it had
  expect(await burst(120, (n) => guard.attempt(ADDRESS, `user ${n}`, failing))).toEqual({
    false: FAILURES_PER_ADDRESS,
    RATE_LIMITED: 20,
  });
});

it("two passwords are checked at once, of all users together", async () => {
  const guard = new LoginGuard();
  const { right, failing, counts } = counted();
  await burst(60, (n) => guard.attempt(`192.0.2.${n % 7}`, `user ${n}`, n % 2 ? right : failing));
  expect(counts()).toEqual({ started: 60, running: 0, most: 2 });
});

it("a check that throws gives its place and its point back", async () => {
  const guard = new LoginGuard();
  const { throwing, failing, right, counts } = counted();
  for (let n = 0; n < FAILURES_PER_ADDRESS + 50; n++)
    await expect(guard.attempt(ADDRESS, `user ${n}`, throwing)).rejects.toThrow("is closed");
  // others wait for the places of these
  const mixed = await burst(60, (n) =>
    guard.attempt(ADDRESS, `user ${n}`, n % 2 ? throwing : right),
  );
  expect(mixed).toEqual({ true: 30, "the database is closed": 30 });
  expect(await burst(120, (n) => guard.attempt(ADDRESS, `user ${n}`, failing))).toEqual({
    false: FAILURES_PER_ADDRESS,
    RATE_LIMITED: 20,
  });
  expect(counts()).toMatchObject({ running: 0, most: 2 });
});
