// Limits the memory of a WebAssembly module that was compiled without a limit. The module fails when it asks for more.

type Module = new (bytes: Uint8Array) => object;
/** TypeScript has this type only in its library for browsers. */
const api = (globalThis as unknown as { WebAssembly: { Module: Module } }).WebAssembly;

const MEMORY_SECTION = 5;
/** The first section follows the magic and the version. */
const FIRST_SECTION = 8;

/** Calls `load`. Modules that it compiles get at most `pages` pages of 64 KiB. */
export async function withBoundedMemory<T>(pages: number, load: () => Promise<T>): Promise<T> {
  const Unbounded = api.Module;
  api.Module = class extends Unbounded {
    constructor(bytes: Uint8Array) {
      super(bounded(bytes, pages));
    }
  };
  try {
    return await load();
  } finally {
    api.Module = Unbounded;
  }
}

/** @throws if the module has no memory of its own, or a limited one */
export function bounded(module: Uint8Array, pages: number): Buffer<ArrayBuffer> {
  for (let at = FIRST_SECTION; at < module.length; ) {
    const [size, start] = readNumber(module, at + 1);
    if (module[at] === MEMORY_SECTION) {
      const [memories, flagsAt] = readNumber(module, start);
      const [least] = readNumber(module, flagsAt + 1);
      if (memories !== 1 || module[flagsAt] !== 0) break;
      const body = [1, 1, ...written(least), ...written(pages)];
      const section = [MEMORY_SECTION, ...written(body.length), ...body];
      return Buffer.concat([
        module.subarray(0, at),
        Buffer.from(section),
        module.subarray(start + size),
      ]);
    }
    at = start + size;
  }
  throw new Error("a module whose memory can't be limited");
}

/** LEB128: seven bits a byte, the lowest first. */
function readNumber(bytes: Uint8Array, at: number): [value: number, end: number] {
  let value = 0;
  for (let end = at, factor = 1; ; factor *= 128) {
    const byte = bytes[end++] ?? 0;
    value += (byte % 128) * factor;
    if (byte < 128) return [value, end];
  }
}

function written(value: number): number[] {
  const rest = Math.floor(value / 128);
  return rest === 0 ? [value] : [(value % 128) + 128, ...written(rest)];
}
