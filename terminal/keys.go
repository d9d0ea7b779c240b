package terminal

// key is one key: a byte as typed, or one of the values above 0xff for keys
// that send several bytes and for things that happen to the keyboard.
type key uint16

// The keys that act (reference cli 1.12).
const (
	keyLineStart  key = 'A' - '@'
	keyLeft       key = 'B' - '@'
	keyAbandon    key = 'C' - '@'
	keyDelete     key = 'D' - '@'
	keyLineEnd    key = 'E' - '@'
	keyRight      key = 'F' - '@'
	keyBackspace  key = 'H' - '@'
	keyTab        key = 'I' - '@'
	keyKillAfter  key = 'K' - '@'
	keyEnter      key = '\r'
	keyClear      key = 'L' - '@'
	keyDown       key = 'N' - '@'
	keyUp         key = 'P' - '@'
	keyRedraw     key = 'R' - '@'
	keySwap       key = 'T' - '@'
	keyKillBefore key = 'U' - '@'
	keyQuote      key = 'V' - '@'
	keyKillLeft   key = 'W' - '@'
	keyKillLine   key = 'X' - '@'
	keyYank       key = 'Y' - '@'
	keyEndConfig  key = 'Z' - '@'
	keyMeta       key = '[' - '@'
	keyEscape     key = '^' - '@' // Ctrl-Shift-6, unless the line has another one
	keyHelp       key = '?'
	keyErase      key = 0x7f
)

// Keys of several bytes and events of the keyboard.
const (
	keyWordLeft key = 0x100 + iota
	keyWordRight
	keyKillRight
	keyCapitalize
	keyLower
	keyUpper
	keyYankEarlier
	keyNone   // a sequence without a meaning
	keyGone   // a connection ended here
	keyTaken  // the router took the line away
	keyClosed // the console is being closed
)

// sequenceLimit bounds a terminal's key sequence.
const sequenceLimit = 16

// metaKeys are the keys typed after Esc.
var metaKeys = map[key]key{
	'b': keyWordLeft, 'f': keyWordRight, 'd': keyKillRight, 'c': keyCapitalize, 'l': keyLower,
	'u': keyUpper, 'y': keyYankEarlier, 'q': keyQuote,
}

// finalKeys are the last bytes of the sequences of cursor keys.
var finalKeys = map[key]key{
	'A': keyUp, 'B': keyDown, 'C': keyRight, 'D': keyLeft, 'H': keyLineStart, 'F': keyLineEnd,
}

// meta reads what follows Esc.
func meta(next func() key) key {
	k := next()
	switch {
	case k == '[':
		return sequence(next)
	case k == 'O':
		if k = next(); k > 0xff {
			return k
		}
		return orNone(finalKeys[k])
	case k > 0xff:
		return k
	case 'A' <= k && k <= 'Z':
		k += 'a' - 'A'
	}
	return orNone(metaKeys[k])
}

// sequence reads what follows Esc [: numbers and the byte that ends it.
func sequence(next func() key) key {
	var number key
	for range sequenceLimit {
		switch k := next(); {
		case k > 0xff:
			return k
		case '0' <= k && k <= '9':
			number = k
		case k == '~':
			return orNone(map[key]key{'1': keyLineStart, '3': keyDelete, '4': keyLineEnd}[number])
		case 0x40 <= k && k <= 0x7e:
			return orNone(finalKeys[k])
		}
	}
	return keyNone
}

func orNone(k key) key {
	if k == 0 {
		return keyNone
	}
	return k
}

// isWord reports whether a character belongs to a word for the word keys.
func isWord(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// ringSize is how many deleted texts can be put back.
const ringSize = 10

// ring remembers deleted texts, newest last.
type ring struct {
	texts   [][]rune
	earlier int // how many texts before the newest the last put back was
}

func (r *ring) keep(text []rune) {
	if len(text) == 0 {
		return
	}
	r.texts = append(r.texts, append([]rune(nil), text...))
	if len(r.texts) > ringSize {
		r.texts = r.texts[1:]
	}
	r.earlier = 0
}

func (r *ring) newest() []rune {
	r.earlier = 0
	return r.text()
}

func (r *ring) before() []rune {
	if len(r.texts) > 0 {
		r.earlier = (r.earlier + 1) % len(r.texts)
	}
	return r.text()
}

func (r *ring) text() []rune {
	if len(r.texts) == 0 {
		return nil
	}
	return r.texts[len(r.texts)-1-r.earlier]
}

// apply does what an editing key does to a line. The line may be overwritten.
func (r *ring) apply(k key, line []rune, pos int) ([]rune, int) {
	cut := func(from, to int) ([]rune, int) {
		r.keep(line[from:to])
		return append(line[:from], line[to:]...), from
	}
	put := func(text []rune) ([]rune, int) {
		tail := append([]rune(nil), line[pos:]...)
		return append(append(line[:pos], text...), tail...), pos + len(text)
	}
	switch k {
	case keyDelete:
		if pos < len(line) {
			return append(line[:pos], line[pos+1:]...), pos
		}
	case keyKillAfter:
		return cut(pos, len(line))
	case keyKillBefore, keyKillLine:
		return cut(0, pos)
	case keyKillLeft:
		return cut(wordStart(line, pos), pos)
	case keyKillRight:
		return cut(pos, wordEnd(line, pos))
	case keyYank:
		return put(r.newest())
	case keyYankEarlier:
		return put(r.before())
	case keySwap:
		if len(line) > 1 && pos > 0 {
			pos = min(pos, len(line)-1)
			line[pos-1], line[pos] = line[pos], line[pos-1]
			return line, pos + 1
		}
	case keyCapitalize, keyLower, keyUpper:
		end := wordEnd(line, pos)
		recase(k, line[pos:end])
		return line, end
	}
	return line, pos
}

// wordStart returns where the word to the left of pos begins.
func wordStart(line []rune, pos int) int {
	for pos > 0 && !isWord(line[pos-1]) {
		pos--
	}
	for pos > 0 && isWord(line[pos-1]) {
		pos--
	}
	return pos
}

// wordEnd returns where the word at or after pos ends.
func wordEnd(line []rune, pos int) int {
	for pos < len(line) && !isWord(line[pos]) {
		pos++
	}
	for pos < len(line) && isWord(line[pos]) {
		pos++
	}
	return pos
}

func recase(k key, text []rune) {
	first := true
	for i, r := range text {
		switch {
		case 'a' <= r && r <= 'z' && (k == keyUpper || k == keyCapitalize && first):
			text[i] = r - ('a' - 'A')
		case 'A' <= r && r <= 'Z' && (k == keyLower || k == keyCapitalize && !first):
			text[i] = r + ('a' - 'A')
		}
		first = first && !isWord(r)
	}
}
