// Package check compares the two configurations of a redundant pair and says
// what would keep them from failing over. It reads listings as show
// running-config prints them, in either style: a line that starts at the margin
// begins a new part, lines with blanks before them belong to the part above.
// Abbreviated lines are not understood.
package check
