//go:build !race

package router_test

// forgedMessages of both versions together.
const forgedMessages = 1_000_000
