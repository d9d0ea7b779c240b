package modes

import "tandem/modes/secret"

// reveal returns the clear text of a secret of type 0 or 7, and false for one
// that is none.
func reveal(kind int, text string) (string, bool) {
	s, err := secret.Parse(secret.Kind(kind), text)
	return s.Plain(), err == nil
}
