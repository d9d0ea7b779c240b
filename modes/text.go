package modes

import "strconv"

func itoa(n int) string { return strconv.Itoa(n) }

// atoi reads a number that a grammar range has already vouched for.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// isNumber reports whether a name is all digits.
func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 32)
	return err == nil
}

// helpText is the answer to the word help (reference cli 1.5).
const helpText = `Help may be requested at any point in a command by entering
a question mark '?'.  If nothing matches, the help list will
be empty and you must backup until entering a '?' shows the
available options.
Two styles of help are provided:
1. Full help is available when you are ready to enter a
   command argument (e.g. 'show ?') and describes each possible
   argument.
2. Partial help is provided when an abbreviated argument is entered
   and you want to know what arguments match the input
   (e.g. 'show pr?'.)

`
