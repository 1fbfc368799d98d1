// Loads age's own library, which knows all types of recipients and identities. With its arithmetic it is sixty files. A backup
// for X25519 recipients needs none of them, and starts without.

export const ageLibrary = (): Promise<typeof import("age-encryption")> => import("age-encryption");
