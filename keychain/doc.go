// Package keychain holds key chains: numbered keys with the times in which
// they sign what is sent and are believed in what is heard (IP
// Routing Protocol-Independent Commands, key chain).
//
// It knows dates and no clock: whoever asks says what date it is.
package keychain
