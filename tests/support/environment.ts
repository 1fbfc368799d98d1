// Variables of this process for a while.

/** @param variables undefined: it isn't set */
export function withEnvironment(variables: Record<string, string | undefined>): Disposable {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  set(Object.entries(variables));
  return { [Symbol.dispose]: () => set(before) };
}

function set(variables: Iterable<readonly [string, string | undefined]>): void {
  for (const [name, value] of variables) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
