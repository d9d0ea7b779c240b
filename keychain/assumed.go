package keychain

// What no public page settles, in one place: the words of the refusal; that a
// lifetime without "local" is UTC and prints so, one with it in the zone's
// name; that the last second does not belong to it.
const endBeforeStart = "% End time must be after start time"
