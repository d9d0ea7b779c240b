//go:build race

package router_test

// forgedMessages of both versions together: the race detector makes each several times
// as slow.
const forgedMessages = 40_000
