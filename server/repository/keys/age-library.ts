// age's own library, which knows all kinds of recipients and identities. It and its arithmetic are sixty files: a backup for
// X25519 recipients needs none of them, and starts without.

export const ageLibrary = (): Promise<typeof import("age-encryption")> => import("age-encryption");
