// Declares what is used of WebAssembly. TypeScript declares it only together with browsers.

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: object };
};

/** Runs a module that imports nothing. Throws where this Node was started without WebAssembly. */
export const webAssemblyExports = (module: Uint8Array): object =>
  new WebAssembly.Instance(new WebAssembly.Module(module), {}).exports;
