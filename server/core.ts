// The one door to the core: what the CLI may open when it works on directories, loaded only then. Each part loads what it
// needs when it is first called: a command needs one of them, and loading them all takes longer than looking into a file does.

export * from "./core/databases.js";
export * from "./core/directories.js";
export * from "./core/drills.js";
export * from "./core/in-place.js";
export * from "./core/repositories.js";
