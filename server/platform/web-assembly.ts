// TypeScript describes WebAssembly only together with browsers. This is what is used of it.

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: object };
};

/** Runs a module that imports nothing. Throws where this Node was started without WebAssembly. */
export const webAssemblyExports = (module: Uint8Array): object =>
  new WebAssembly.Instance(new WebAssembly.Module(module), {}).exports;
