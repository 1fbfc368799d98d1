// Checks arguments that types would refuse, for code without types: a variable that isn't set, a number for a name. Any failure
// that they cause becomes an error of ours.

import { FlowgSdkError, InputError } from "./errors.js";
import type { Database } from "./types.js";

/** @throws InputError */
export function demandText(what: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new InputError(`the ${what} must be a text, not ${kindOf(value)}`);
}

/** @throws InputError */
export function demandObject<T extends object>(what: string, value: T): T {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new InputError(`the ${what} must be an object, not ${kindOf(value)}`);
}

const DATABASES: Readonly<Record<string, Database>> = {
  auth: "auth",
  config: "config",
  logs: "logs",
  // as FlowG's files and flags call it
  log: "logs",
};

/** @throws InputError */
export function demandDatabase(name: unknown): Database {
  const text = demandText("database", name);
  const found = Object.hasOwn(DATABASES, text) ? DATABASES[text] : undefined;
  if (found !== undefined) return found;
  throw new InputError(`there is no database ${JSON.stringify(text)}`, {
    hint: "the databases are auth, config and logs",
  });
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return "an array";
  const { name } = Object(value).constructor ?? {};
  return name ? `a ${name}` : "an object";
}

/**
 * The same methods, with every failure as an error of ours.
 * @param name of the resource: `"streams"`
 */
export function guarded<T extends object>(name: string, methods: T): T {
  const entries = Object.entries(methods).map(([method, call]) => {
    const explained = (error: unknown) => explain(`client.${name}.${method}`, error);
    const guard = (...given: unknown[]) => {
      try {
        const result: unknown = call(...given);
        if (!(result instanceof Promise)) return result;
        return result.catch((error: unknown) => {
          throw explained(error);
        });
      } catch (error) {
        throw explained(error);
      }
    };
    return [method, guard];
  });
  return Object.fromEntries(entries) as T;
}

/** Errors of the caller's own code, such as a source or a callback, pass as they are. */
function explain(call: string, error: unknown): unknown {
  const isOfArguments =
    error instanceof TypeError || error instanceof RangeError || error instanceof URIError;
  if (error instanceof FlowgSdkError || !isOfArguments) return error;
  return new InputError(`${call} can't use what it was given: ${error.message}`, {
    cause: error,
    hint: "check its arguments",
  });
}
