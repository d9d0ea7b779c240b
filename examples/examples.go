// Package examples carries the labs that ship inside the program.
package examples

import "embed"

// Files holds the folders of the shipped labs.
//
//go:embed dual-lan lan-wan paper two-path
var Files embed.FS
