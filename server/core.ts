// The one door to the core, for commands of the CLI that work on directories. Each part loads its modules at its first call,
// since a command needs only one part, and loading all takes longer than inspecting a file.

export * from "./core/databases.js";
export * from "./core/directories.js";
export * from "./core/drills.js";
export * from "./core/in-place.js";
export * from "./core/repositories.js";
